"""What a process counts: once a batch, a round, a message; with labels that are known beforehand."""

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from alerts.contact import Channel
from alerts.gateway import Delivery
from service.watching.meters import HELD_BACK, MOST_CODES, OUTCOMES, SENT, Meters


def read(meters: Meters) -> dict[str, float]:
    """Every sample, as Prometheus reads it."""
    text = generate_latest(meters.registry).decode()
    samples = [s for family in text_string_to_metric_families(text) for s in family.samples]
    return {s.name + "".join(f" {k}={v}" for k, v in sorted(s.labels.items())): s.value for s in samples}


def test_every_series_is_there_before_anything_has_happened() -> None:
    """An alert on what has never happened compares with zero, and no label is made while it happens."""
    meters = Meters()
    before = set(read(meters))

    meters.batch(12, 0.003)
    meters.round(0.01, 0.4)
    meters.handed(Channel.SMS, 1.5, 2)
    meters.reported(Channel.CALL, Delivery.UNDELIVERED, None)
    meters.needless(Channel.SMS)
    meters.audited(1, 2)
    meters.pinged(SENT)

    assert set(read(meters)) == before
    for channel in ("sms", "call"):
        assert {f"lamplit_messages_total channel={channel} outcome={o}" for o in OUTCOMES} <= before


def test_texts_cost_by_the_segment_and_calls_by_the_call() -> None:
    """A text of three segments and two calls, at four and ten a piece; without prices nothing is counted."""
    dear, free = Meters(segment_price=4.0, call_price=10.0), Meters()
    for meters in (dear, free):
        meters.handed(Channel.SMS, 1.0, 3)
        meters.handed(Channel.CALL, 1.0)
        meters.handed(Channel.CALL, 1.0)
    assert read(dear)["lamplit_spent_total"] == 32.0
    assert read(free)["lamplit_spent_total"] == 0.0


def test_a_message_is_followed_from_due_to_delivered() -> None:
    """Accepted and delivered, with the seconds of both and the segments it cost."""
    meters = Meters()
    meters.handed(Channel.SMS, 3.0, 2)
    meters.reported(Channel.SMS, Delivery.SENT, 1.0)
    meters.reported(Channel.SMS, Delivery.DELIVERED, 4.0)
    said = read(meters)

    assert said["lamplit_messages_total channel=sms outcome=accepted"] == 1
    assert said["lamplit_messages_total channel=sms outcome=delivered"] == 1
    assert said["lamplit_handover_seconds_sum channel=sms"] == 3.0
    assert said["lamplit_delivery_seconds_sum channel=sms"] == 4.0
    assert said["lamplit_segments_sent_total"] == 2


def test_a_refusal_is_counted_by_its_code_and_codes_are_bounded() -> None:
    """A provider that invents codes makes no series without end."""
    meters = Meters()
    meters.refused(Channel.SMS, 21211)
    meters.provider_error(None)
    for code in range(10_000, 10_000 + 2 * MOST_CODES):
        meters.provider_error(code)
    codes = {name: value for name, value in read(meters).items() if name.startswith("lamplit_provider_errors_total")}

    assert codes["lamplit_provider_errors_total code=21211"] == 1
    assert codes["lamplit_provider_errors_total code=none"] == 1
    assert codes["lamplit_provider_errors_total code=other"] == 2 * MOST_CODES - (MOST_CODES - 2)
    assert len(codes) == MOST_CODES + 1


def test_a_round_on_time_has_no_lag_below_zero() -> None:
    """A clock that was corrected makes nothing negative; a round that found nothing due says nothing of lag."""
    meters = Meters()
    meters.round(0.02, -0.5)
    meters.round(0.02, None)
    said = read(meters)

    assert said["lamplit_round_seconds_count"] == 2
    assert (said["lamplit_round_lag_seconds_count"], said["lamplit_round_lag_seconds_sum"]) == (1, 0.0)


def test_two_processes_in_one_have_figures_of_their_own() -> None:
    """Nothing is registered with the whole interpreter."""
    one, other = Meters(), Meters()
    one.pinged(HELD_BACK)

    assert read(other)["lamplit_dead_man_pings_total outcome=held_back"] == 0
