"""What is said of ways."""

import re
from pathlib import Path

import numpy as np
import pytest

from geofence.lighting import IN_WORDS, RULE_NUMBERS, Light
from geofence.streets.profile import told
from geofence.streets.rules import CLASSES
from geofence.streets.ways import NoWay, Pieces, Reason, Stretch, Way
from service.maps import words

NAMES = ("", "Canal Path", "High Street", "Back Lane")
Piece = tuple[int, float, Light, int, str]
"""Number of the part, metres, state, number of its name, kind of street."""


def way(*pieces: Piece, kinds: tuple[str, ...] = ("better_lit",), shunned: bool = False) -> Way:
    """A way in pieces, at the usual pace."""
    part, m, state, name, kind = zip(*pieces, strict=True)
    made = Pieces(
        part=list(part),
        m=list(m),
        state=[int(one) for one in state],
        rule=[RULE_NUMBERS["tagged"]] * len(part),
        name=list(name),
        kind=[CLASSES.index(one) for one in kind],
        steps=[False] * len(part),
        shunned=[shunned] * len(part),
        named=lambda number: NAMES[number],
        kinds=CLASSES,
    )
    figures, length_m, none = told(made), sum(m), np.zeros(0)
    return Way(
        kinds=kinds,
        lat=none,
        lon=none,
        along_m=none,
        length_m=length_m,
        duration_s=length_m / 1.25,
        metres=figures.metres,
        stretches=figures.stretches,
        longest_unsure=figures.unsure,
        steps_m=figures.steps_m,
        pieces=made,
    )


SHORT = way(
    (1, 310.0, Light.UNLIT, 1, "path"), (2, 700.0, Light.UNKNOWN, 3, "service"), kinds=("shortest",)
)  # fmt: skip
LIT = way((5, 690.0, Light.LIT, 2, "primary"), (6, 620.0, Light.ASSUMED, 2, "primary"))


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (LIT, "4 min longer, 690 m more of it lit, avoids Canal Path (310 m unlit)"),
        (
            way((1, 310.0, Light.UNLIT, 1, "path"), (7, 760.0, Light.LIT, 0, "residential")),
            "1 min longer, 760 m more of it lit, avoids Back Lane (700 m not known to be lit)",
        ),
        (
            way((2, 700.0, Light.UNKNOWN, 3, "service"), (7, 340.0, Light.ASSUMED, 0, "footway")),
            "1 min longer, avoids Canal Path (310 m unlit)",
        ),
        (
            way((1, 310.0, Light.ASSUMED, 1, "path"), (2, 700.0, Light.UNKNOWN, 3, "service")),
            "as long as the shortest, 310 m less of it unlit",
        ),
    ],
)
def test_one_sentence_says_why(other: Way, said: str) -> None:
    """The price in minutes, what is gained, and what is avoided by its name."""
    assert words.why(other, SHORT, dark=True) == said


def test_what_is_gained_in_small_pieces_is_added_up() -> None:
    """No single stretch is worth a name; and where it is no light that is gained, it is said what else."""
    road = (9, 2000.0, Light.ASSUMED, 2, "primary")
    gaps = [(n, 40.0, Light.UNKNOWN, 0, "residential") for n in range(1, 4)]
    lamps = [(n + 10, 40.0, Light.LIT, 2, "primary") for n in range(1, 4)]
    patchy = way(road, gaps[0], lamps[0], gaps[1], lamps[1], gaps[2], kinds=("shortest",))
    plain = way((20, 2120.0, Light.ASSUMED, 2, "primary"), lamps[0], lamps[1])
    loud = way((9, 900.0, Light.LIT, 2, "primary"), kinds=("shortest",), shunned=True)
    calm = way((8, 1000.0, Light.LIT, 0, "residential"))

    assert words.why(plain, patchy, dark=True) == "as long as the shortest, 120 m less of it not known to be lit"
    assert words.why(calm, loud, dark=True) == "1 min longer, 100 m more of it lit"
    level = way((8, 930.0, Light.ASSUMED, 0, "residential"))
    louder = way((9, 900.0, Light.ASSUMED, 2, "primary"), kinds=("shortest",), shunned=True)
    assert words.why(level, louder, dark=True) == (
        "30 m longer, less of it up driveways, without a pavement, or where a concern was reported"
    )


def test_less_than_a_minute_is_said_in_metres() -> None:
    """By the minutes that she reads beside it, which are the same."""
    short = way((1, 1020.0, Light.ASSUMED, 2, "primary"), kinds=("shortest",))

    assert (
        words.why(way((2, 1055.0, Light.LIT, 2, "primary")), short, dark=True) == "40 m longer, 1.1 km more of it lit"
    )


def test_two_ways_as_long_take_as_many_minutes() -> None:
    """4 minutes 29 and 4 minutes 33 are no minute apart: she reads the same number, and that it is as long."""
    short = way((1, 336.5, Light.ASSUMED, 2, "primary"), kinds=("shortest",))
    lit, longer = (way((2, m, Light.LIT, 2, "primary")) for m in (341.0, 350.0))

    assert [words.minutes(one.duration_s) for one in (short, lit, longer)] == [4, 5, 5]
    assert [words.minutes_of(one, short) for one in (short, lit, longer)] == [4, 4, 5]
    assert words.why(lit, short, dark=True) == "as long as the shortest, 340 m more of it lit"
    assert words.why(longer, short, dark=True) == "1 min longer, 350 m more of it lit"


def test_no_street_is_said_to_be_longer_than_it_is() -> None:
    """Back Lane is 120 m of the 280: neither it nor anybody's path has so many, and no name is said."""
    short = way(
        (1, 120.0, Light.UNKNOWN, 3, "service"),
        (2, 90.0, Light.UNKNOWN, 1, "path"),
        (3, 70.0, Light.UNKNOWN, 0, "footway"),
        kinds=("shortest",),
    )

    assert words.why(LIT, short, dark=True).endswith("avoids a service road (280 m not known to be lit)")


def test_of_a_street_that_she_takes_elsewhere_a_part_is_avoided() -> None:
    """She lives in Back Lane: the other way goes all along it, and so does this one for its last hundred metres."""
    home = (3, 100.0, Light.UNKNOWN, 3, "service")
    short = way((1, 300.0, Light.UNKNOWN, 3, "service"), home, kinds=("shortest",))
    round_about = way((5, 450.0, Light.LIT, 2, "primary"), home)

    assert words.why(round_about, short, dark=True) == (
        "2 min longer, 450 m more of it lit, avoids a part of Back Lane (300 m not known to be lit)"
    )


def test_a_street_without_a_name_is_what_it_is() -> None:
    """A path, a footway; a road of any sort is a road."""
    nameless = way((1, 2500.0, Light.UNLIT, 0, "path"), kinds=("shortest",))
    assert words.why(LIT, nameless, dark=True).endswith("avoids a path (2.5 km unlit)")
    kinds = {words.street(Stretch(0.0, 1.0, Light.LIT, "", "", kind, steps=False)) for kind in (*CLASSES, "")}
    assert {"a footway", "steps", "a road", "ground without a street on the map"} <= kinds
    assert all(re.match(r"(an? |steps|ground)", kind) for kind in kinds)


def test_a_way_may_be_lit_less_and_is_said_to_be() -> None:
    """The careful one goes round what is dark, not only to what is lit."""
    lit = way((3, 500.0, Light.LIT, 2, "primary"), (1, 310.0, Light.UNLIT, 1, "path"), kinds=("shortest",))
    careful = way((3, 100.0, Light.LIT, 2, "primary"), (4, 900.0, Light.ASSUMED, 0, "residential"), kinds=("careful",))

    assert words.why(careful, lit, dark=True) == "2 min longer, 400 m less of it lit, avoids Canal Path (310 m unlit)"


def test_the_shortest_is_said_to_be_that() -> None:
    """And that there is no better lit one, or that it is day."""
    both = way((1, 310.0, Light.LIT, 1, "path"), kinds=("better_lit", "shortest"))
    every = way((1, 310.0, Light.LIT, 1, "path"), kinds=("better_lit", "shortest", "careful"))

    assert words.why(SHORT, SHORT, dark=True) == "the shortest way"
    assert words.why(both, both, dark=True) == "the shortest way"  # the careful one beside it is better lit
    assert words.why(every, every, dark=True) == "the shortest way, and none is better lit"
    assert words.why(every, every, dark=False) == "the shortest way; it is day, so light is not weighed"


def test_a_line_of_hers_is_told_of_as_it_is() -> None:
    """How much of it is known to be lit, and its longest piece that is not."""
    assert words.of_a_line(LIT, dark=True) == (
        "690 m of 1.3 km known to be lit, 620 m in one piece not known to be, on High Street"
    )
    lit = way((1, 400.0, Light.LIT, 0, "path"))
    assert words.of_a_line(lit, dark=False) == "400 m of 400 m known to be lit after dark"


@pytest.mark.parametrize(
    ("none", "said"),
    [
        (NoWay(Reason.NO_MAP), "there is no map here yet"),
        (
            NoWay(Reason.OUTSIDE_MAP, "destination", 2104.0, ("helsinki",)),
            "to is 2.1 km outside the map helsinki",
        ),
        (NoWay(Reason.OUTSIDE_MAP, "origin"), "from is outside the map"),
        (
            NoWay(Reason.ACROSS_EDGE, maps=("kent", "london")),
            "from is in the map kent, to in the map london; a way lies in one map",
        ),
        (NoWay(Reason.NO_STREET_NEAR, "origin"), "no street within 150 m of from"),
        (NoWay(Reason.SAME_PLACE, metres=0.0), "from and to are the same place"),
        (NoWay(Reason.SAME_PLACE, metres=29.8), "from and to are 29 m apart on foot, and a way has at least 30 m"),
        (
            NoWay(Reason.TOO_FAR, metres=31_200.0),
            "from and to are 31.2 km apart, and a way on foot is planned up to 20 km",
        ),
        (
            NoWay(Reason.CUT_OFF, "destination", 240.0),
            "to is on streets, 240 m in all, that are cut off from the others",
        ),
        (NoWay(Reason.CUT_OFF), "no way leads there on foot"),
        (NoWay(Reason.CLOSED, "origin"), "from is on a way that is closed at that time"),
        (NoWay(Reason.CLOSED), "the only way is closed at that time"),
        (NoWay(Reason.ONLY_STEPS, "destination"), "to is on steps"),
        (NoWay(Reason.ONLY_STEPS), "the only way is by steps"),
    ],
)
def test_why_there_is_none_is_said_in_words(none: NoWay, said: str) -> None:
    """So that she knows what to ask for instead."""
    assert words.no_way(none) == said


def test_every_reason_has_its_words() -> None:
    """Whatever a planner may say, at either end or at none."""
    for reason in Reason:
        for field in ("origin", "destination", ""):
            assert words.no_way(NoWay(reason, field, 100.0, ("a", "b")))


def test_no_way_is_ever_called_safe() -> None:
    """Nor what is unknown unlit: better lit, assumed, not known to be lit."""
    said = [*words.STATES.values(), *IN_WORDS.values()]
    source = Path(words.__file__).read_text(encoding="utf-8")

    assert words.STATES[Light.UNKNOWN] == "not known to be lit"
    assert not any(re.search(r"\bsafe", text, re.IGNORECASE) for text in (*said, source))
