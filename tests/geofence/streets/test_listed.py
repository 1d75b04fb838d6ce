"""Lists as councils send them: every odd way of writing them is read, and nothing of a list that is wrong."""

import pytest

from geofence.streets.listed import NAMED, Line, ListError, degrees, read_list


def lines(text: str, most: int = 100) -> tuple[tuple[float, str], ...]:
    """A list of lamps by their latitude, with a note."""

    def read(line: Line) -> tuple[float, str]:
        return degrees(line, "lat", 85.0), line["note"]

    return read_list(text, ("lat",), {"note": "none"}, read, most)


def refused(text: str, most: int = 100) -> str:
    """Why a list cannot be used."""
    with pytest.raises(ListError) as error:
        lines(text, most)
    return str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "lat,note\n51.5,x\n",
        "\ufefflat,note\r\n51.5,x\r\n",
        "note;lat\nx;51,5\n",
        "LAT\tNote\tower\n51.5\tx\tcouncil\n",
        '\n\nlat,note\n\n"51.5","x"\n,\n',
    ],
)
def test_a_list_is_read_however_it_was_saved(text: str) -> None:
    """Commas, semicolons with commas in the numbers, tabs; a mark at the beginning, empty lines, columns in any order."""
    assert lines(text) == ((51.5, "x"),)


def test_a_column_that_may_be_missing_holds_what_is_meant_then() -> None:
    """A short line is one with nothing in its last columns."""
    assert lines("lat\n51.5\n") == ((51.5, "none"),)
    assert lines("lat,note\n51.5\n") == ((51.5, ""),)


def test_a_missing_column_is_named() -> None:
    """With what was expected."""
    assert refused("latitude,note\n51.5,x\n") == "line 1: expected the columns lat, missing lat"
    assert refused("") == "line 1: expected the columns lat, missing lat"


def test_every_wrong_line_is_named_and_none_is_read() -> None:
    """By its number in the file; of very many the first twenty."""
    assert refused("lat\n51.5\nnorth\n95\n") == (
        "line 3: lat: expected degrees from -85 to 85, got 'north'; line 4: lat: expected degrees from -85 to 85, got '95'"
    )
    many = refused("lat\n" + "x\n" * 50)
    assert many.count("line") == NAMED + 1
    assert many.endswith(f"; and {50 - NAMED} more lines")


@pytest.mark.parametrize("number", ["nan", "inf", "1e1", "", "51°", "5_1", "0x33", "51.5.5", "١", "9" * 400])
def test_what_is_no_number_is_none(number: str) -> None:
    """Whatever Python would take for one."""
    assert refused(f"lat,note\n{number},x\n").startswith("line 2: lat: expected degrees")


def test_a_list_that_is_too_long_is_refused() -> None:
    """A million lines are no list of a county."""
    assert refused("lat\n" + "51.5\n" * 4, most=3) == "line 5: expected at most 3 lines, got more"


def test_what_is_no_csv_is_said_to_be_none() -> None:
    """A picture, a page, a field that never ends."""
    assert refused('lat,note\n51.5,"' + "x" * 200_000).startswith("line ")
    assert refused("<html>").startswith("line 1: expected the columns")
    assert "missing lat" in refused("\x89PNG\x00\x00")


def test_what_must_be_each_line_s_own_is_named_with_the_line_that_had_it_first() -> None:
    """However many spaces are in it; and no more wrong lines are named than were asked for."""
    text = "lat,note\n51.5,Old  Mill\n\n51.6,Old Mill\n51.7,Quay\n51.8,Old Mill\n"
    with pytest.raises(ListError) as error:
        read_list(text, ("lat",), {"note": ""}, lambda line: line["lat"], 100, own="note", named=1)

    assert str(error.value) == (
        "line 4: note: expected another one on each line, got Old Mill as on line 2; and 1 more lines"
    )
