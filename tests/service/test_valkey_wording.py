"""How units and replies are spelt for the server."""

import pytest

from service.store import LANES, URGENCIES, Put, Send, Unit
from service.valkey_wording import QUEUE_NAMES, QUEUES, entry_of, key_of, number, place_of, queue_of, records_of, scored


def test_every_urgency_has_a_queue_for_every_lane() -> None:
    """No two share one, and the number says both again."""
    queues = {queue_of(urgency, lane): (urgency, lane) for urgency in URGENCIES for lane in LANES}
    assert sorted(queues) == list(QUEUES)
    assert len(QUEUE_NAMES) == len(QUEUES)
    assert all(divmod(queue, len(LANES)) == both for queue, both in queues.items())


@pytest.mark.parametrize("at", [0.1 + 0.2, 1_795_300_000.1234567, 0.0, -1.5, 1e22])
def test_an_instant_reads_back_as_the_very_same(at: float) -> None:
    """Not a digit is lost on the way to the server and back."""
    assert float(number(at)) == at
    assert scored([b"anna-1", number(at).encode()]) == [("anna-1", at)]


def test_a_unit_is_spelt_in_the_order_it_is_carried_out() -> None:
    """Put and delete first, what leaves the outbox before what enters it, events last."""
    unit = Unit(
        "c:1",
        (Put("anna-1", 41, b"x"), Put("anna-2", 3, None)),
        (b"event",),
        (("anna-1", 2.5), ("anna-2", None)),
        (Send("n", 1.5, 1, b"words", 2),),
        ("old",),
        (("anna-1", b"chunk"),),
        ("anna-1",),
    )
    spelt = records_of(unit)
    assert [tag for tag in spelt if tag in list("CPDUSRTWXE")] == list("CPDUSRTWXE")
    assert spelt[1:9] == ["P", "anna-1", "41:", "42:c:1", b"x", "D", "anna-2", "3:"]
    assert spelt[spelt.index("S") : spelt.index("R")] == ["S", "n", "1.5", "6", b"words"]


def test_what_is_one_partitions_is_in_one_slot() -> None:
    """The partition is the hash tag; an entry of its feed comes back as it went."""
    assert key_of(3, "outbox") == "lamplit:{p3}:outbox"
    entry = entry_of(3, "0-17", [b"k", b"anna-1", b"v", b"42", b"n", b"0", b"e", b"event"])
    assert (entry.key, entry.version, entry.n, entry.event, place_of(entry.cursor)) == ("anna-1", 42, 0, b"event", 17)
