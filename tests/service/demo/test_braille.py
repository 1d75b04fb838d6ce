"""A piece of a city in letters of dots."""

import pytest
from rich.text import Text

from geofence.streets.region import Region
from service.demo.braille import COLUMNS, ROWS, drawn
from service.maps.known import Known
from tests.geofence.drawn import place
from tests.service.maps.medway import medway

EVENING = 1_795_383_000.0
WALK = [place(10.0, 200.0), place(300.0, 200.0), place(300.0, 395.0)]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """The town."""
    return medway(tmp_path_factory.mktemp("maps")).known[0]


def picture(town: Known) -> list[Text]:
    """Her walk through it."""
    region: Region = town.region
    return list(drawn(region, town.lights.states(EVENING), WALK))


def test_it_fits_a_terminal(town: Known) -> None:
    """Twenty lines of eighty letters, and one that says what is what."""
    lines = picture(town)

    assert len(lines) == ROWS + 1
    assert all(line.cell_len <= COLUMNS for line in lines[:-1])
    assert lines[-1].cell_len <= 100
    for words in ("her walk", "lit", "assumed to be lit", "not known to be lit", "unlit", "letter:"):
        assert words in lines[-1].plain


def test_her_walk_is_seen_from_end_to_end(town: Known) -> None:
    """In a colour of its own, over the streets."""
    lines = picture(town)[:-1]
    hers = [span for line in lines for span in line.spans if str(span.style) == "bold white"]

    assert len(hers) > 30


def test_what_is_unlit_has_fewer_dots_than_what_is_lit(town: Known) -> None:
    """So that it can be told apart without colours: Church Road is lit, Canal Path is not, and both are as long."""

    def ink(states: int) -> int:
        region = town.region
        every = town.lights.states(EVENING)
        every[:] = states
        text = "".join(line.plain for line in list(drawn(region, every, WALK))[:-1])
        return sum((ord(letter) - 0x2800).bit_count() for letter in text if ord(letter) >= 0x2800)

    assert ink(0) > ink(1) > ink(2) > ink(3)
