"""A phone's own store of fixes."""

from service.demo.fix_store import FIXES_A_FRAME, FixStore
from service.frames import RawFix


def _store(fixes: int) -> FixStore:
    store = FixStore()
    for n in range(fixes):
        store.keep(RawFix(float(n), 51.0, 0.5))
    return store


def test_at_most_two_frames_are_under_way() -> None:
    """The third waits; the second asks to be acknowledged at once."""
    store = _store(1)
    first = store.take(0.0)
    store.keep(RawFix(1.0, 51.0, 0.5))
    second = store.take(0.0)
    store.keep(RawFix(2.0, 51.0, 0.5))

    assert first is not None
    assert second is not None
    assert (first.asks, second.asks) == (False, True)
    assert store.take(0.0) is None


def test_what_is_on_disk_is_forgotten() -> None:
    """Numbers go on where they were."""
    store = _store(3)
    store.take(0.0)

    store.heard(store.buffer, 3)

    assert (len(store), store.first, store.acknowledged) == (0, 3, 3)
    assert store.take(0.0) is None
    store.keep(RawFix(3.0, 51.0, 0.5))
    batch = store.take(0.0)
    assert batch is not None
    assert batch.first == 3


def test_a_frame_that_was_refused_is_sent_again() -> None:
    """The server wants an earlier number than what is under way."""
    store = _store(1)
    store.take(0.0)
    store.keep(RawFix(1.0, 51.0, 0.5))
    store.take(0.0)

    store.heard(store.buffer, 1)
    assert store.rewinds == 0
    store.heard(store.buffer, 1)
    assert store.rewinds == 0

    store = _store(2)
    store.take(0.0)
    store.heard(store.buffer, 2)
    store.keep(RawFix(2.0, 51.0, 0.5))
    store.keep(RawFix(3.0, 51.0, 0.5))
    store.take(0.0)
    store.heard(store.buffer, 1)
    batch = store.take(0.0)
    assert store.rewinds == 1
    assert batch is not None
    assert batch.first == 2


def test_a_new_connection_starts_where_the_disk_ends() -> None:
    """What was under way goes again; another buffer's acknowledgement says nothing about ours."""
    store = _store(5)
    store.take(0.0)

    store.resume(store.buffer, 2)
    batch = store.take(0.0)
    assert batch is not None
    assert (batch.first, len(batch.fixes)) == (2, 3)

    store.resume("somebody else's", 99)
    store.heard("somebody else's", 99)
    assert len(store) == 3


def test_an_hour_of_fixes_goes_in_frames() -> None:
    """A long silence is sent in pieces, oldest first."""
    store = _store(FIXES_A_FRAME + 1)

    first, second = store.take(0.0), store.take(0.0)

    assert first is not None
    assert second is not None
    assert (len(first.fixes), first.asks) == (FIXES_A_FRAME, True)
    assert [fix.t for fix in second.fixes] == [float(FIXES_A_FRAME)]


def test_a_full_window_that_nobody_answers_is_lost() -> None:
    """One frame alone may rest unacknowledged for long."""
    store = _store(1)
    store.take(0.0)
    assert not store.lost(100.0, 10.0)
    store.keep(RawFix(1.0, 51.0, 0.5))
    store.take(5.0)

    assert store.lost(100.0, 10.0)
    store.rewind()
    batch = store.take(100.0)
    assert batch is not None
    assert len(batch.fixes) == 2
