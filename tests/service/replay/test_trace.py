"""A trace: fixes in the order in which they came in."""

from pathlib import Path

import pytest

from service.replay.trace import TraceError, made, text_of, thinned
from tests.service.replay.walking import fixes, straight, trace


def test_they_stand_in_the_order_in_which_they_came() -> None:
    """Two that waited in the phone come after a third."""
    three = trace(straight(26.0), received=[30.0, 30.0, 20.0])

    assert [fix.seq for fix in three.fixes] == [2, 0, 1]
    assert three.last_at - three.received[0] == 10.0


def test_an_accuracy_that_nobody_gave_is_assumed_and_said() -> None:
    """Without one the judge would set everything aside."""
    none = made("a file", fixes(straight(26.0), None))
    some = made("a file", [*fixes(straight(13.0)), *fixes(straight(13.0), None)], accuracy_m=20.0)

    assert {fix.accuracy_m for fix in none.fixes} == {8.0}
    assert none.notes == ("no accuracy is given: 8 m is assumed",)
    assert some.notes == ("2 of 4 fixes give no accuracy: 20 m is assumed",)
    assert trace(straight(26.0)).notes == ()


def test_nothing_is_no_trace() -> None:
    """One sentence, which names the file."""
    with pytest.raises(TraceError, match=r"^empty\.csv: expected at least one fix, got none$"):
        made("empty.csv", [])


@pytest.mark.parametrize("at", [-1e11, 1e12])
def test_times_that_no_clock_shows_are_no_trace(at: float) -> None:
    """The sentence she would be told names a time of day: of the year 0 or 30000 there is none."""
    with pytest.raises(TraceError, match=r"^a file: expected times of this age, got "):
        made("a file", fixes([(at, 0.0, 0.0)]))


def test_a_slower_phone() -> None:
    """A fix every half minute at most; the rest was never measured."""
    slower = thinned(trace(straight(130.0)), 30.0)

    assert [fix.at - slower.fixes[0].at for fix in slower.fixes] == [0.0, 30.0, 60.0, 90.0]
    assert thinned(slower, 0.0) is slower


def test_a_file_without_an_end_is_read_to_a_bound(tmp_path: Path) -> None:
    """A device, or the wrong file: said at once, whatever it is called."""
    (tmp_path / "walk.csv").symlink_to("/dev/zero")
    with pytest.raises(TraceError, match=r"walk.csv: expected at most 100 MB, got more$"):
        text_of(tmp_path / "walk.csv")
    (tmp_path / "small.csv").write_bytes(b"\xef\xbb\xbft_s\n\xe9")
    with pytest.raises(TraceError, match=r"small.csv: line 2: expected text in UTF-8$"):
        text_of(tmp_path / "small.csv")
    with pytest.raises(TraceError, match=r"cannot be read: Is a directory$"):
        text_of(tmp_path)
