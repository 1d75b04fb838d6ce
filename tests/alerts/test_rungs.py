"""Rungs as data."""

from alerts.rungs import Act, Alarm, LadderTimings, Rung, after, name_of, rungs_of

T = LadderTimings()


def table(alarm: Alarm) -> list[tuple[float, str, str]]:
    """Minute, name and act of each rung."""
    return [(r.at / 60, r.name, r.act.value) for r in rungs_of(alarm, 0.0, T, name_of(alarm))]


def test_a_concern_is_one_text_and_an_end_in_the_cold() -> None:
    """No second tier, no calls, no operators."""
    assert table(Alarm.CONCERN) == [(0, "L1", "text_first_tier"), (1440, "L1.R1", "round")]


def test_overdue_climbs_at_three_five_eight_and_twelve_minutes() -> None:
    """Row 12, and the first round ten minutes after L3."""
    assert table(Alarm.OVERDUE) == [
        (0, "L2", "text_first_tier"),
        (3, "L2+3", "call_primary"),
        (5, "L2+5", "text_second_tier"),
        (8, "L3", "call_everybody"),
        (12, "L4", "operators"),
        (18, "R1", "round"),
    ]


def test_an_sos_alarms_everybody_six_times_and_operators_at_once() -> None:
    """Row 14; duress alike."""
    assert [(m, act) for m, _, act in table(Alarm.SOS)] == [
        (0, "alarm_everybody"),
        (0, "operators"),
        *((m, "alarm_everybody") for m in (1, 2, 3, 5, 10)),
        (20, "round"),
    ]
    assert [m for m, *_ in table(Alarm.DURESS)] == [m for m, *_ in table(Alarm.SOS)]


def test_no_two_ladders_of_one_incident_share_a_rung_with_a_message() -> None:
    """Names are part of the idempotency key: a shared name would swallow a message."""
    names = [
        r.name
        for alarm in Alarm
        for nth in (1, 2)
        for r in rungs_of(alarm, 0.0, T, name_of(alarm, nth))
        if r.act is not Act.OPERATORS and (nth == 1 or alarm is Alarm.DURESS)
    ]
    assert len(names) == len(set(names))
    assert name_of(Alarm.DURESS, 2) == "DURESS#2"


def test_six_rounds_of_ten_minutes_and_then_thirty() -> None:
    """Each round makes the next, and keeps its ladder's name."""
    rung, at, gaps = Rung(0.0, "SOS.R1", Act.ROUND), 0.0, []
    for _ in range(7):
        following = after(rung, at, T)
        gaps.append((following.at - at) / 60)
        rung, at = following, following.at
    assert gaps == [10, 10, 10, 10, 10, 30, 30]
    assert rung.name == "SOS.R8"
