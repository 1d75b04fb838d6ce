"""One standalone picture: the way with its corridor, every fix, what followed, and the strips under it."""

from xml.etree import ElementTree

import pytest

from geofence.destination import Destination
from geofence.route import read_points
from service.replay.drawing import ground, measured, walk
from service.replay.run import Step
from tests.service.replay.walking import HERE, LONG_M, lived, parallel, place, rested, straight

SVG = "{http://www.w3.org/2000/svg}"


def classes(svg: str) -> list[str]:
    return [one.get("class") or "" for one in ElementTree.fromstring(svg).iter()]


def test_it_is_one_picture_that_asks_for_nothing() -> None:
    """Well-formed, with its own colours for day and night, and no address in it but the name of what it is."""
    svg = walk(lived(parallel()).steps, title="A & B <wrong>")

    assert ElementTree.fromstring(svg).tag == f"{SVG}svg"
    assert "prefers-color-scheme:dark" in svg
    assert svg.replace('xmlns="http://www.w3.org/2000/svg"', "").find("http") == -1
    assert "<script" not in svg
    assert "A &amp; B &lt;wrong&gt;" in svg


def test_every_question_is_on_it_with_its_number() -> None:
    """On the way and over the strips: twice each."""
    svg = walk(lived(parallel()).steps)

    assert classes(svg).count("mark asked") == 2
    assert {"fix on_route", "fix off_route", "band", "way", "chevron", "end", "ring off_route"} <= set(classes(svg))


def test_the_corridor_is_as_wide_as_it_is() -> None:
    """Forty metres on each side, on the scale of the bar."""
    root = ElementTree.fromstring(ground(lived(straight()).steps, width=960))
    [band] = [one for one in root.iter(f"{SVG}path") if one.get("class") == "band"]
    [end] = [one for one in root.iter(f"{SVG}circle") if one.get("class") == "end"]

    assert float(band.get("stroke-width") or 0) == pytest.approx(80 / 50 * float(end.get("r") or 0), rel=0.02)


def test_who_cannot_see_it_hears_what_it_shows() -> None:
    """In a sentence."""
    label = ElementTree.fromstring(walk(lived(rested()).steps)).get("aria-label")

    assert label == f"{len(rested())} fixes, 1 questions to her, others told 0 times"


def test_where_she_truly_was_is_drawn_where_somebody_knows() -> None:
    """For the pictures of benchmarks: the noise beside the truth."""
    steps = lived(straight()).steps

    assert "truth" in classes(walk(steps, [place(0.0), place(LONG_M, 5.0)]))
    assert "truth" not in classes(walk(steps))


def test_what_was_set_aside_is_a_cross() -> None:
    """And does not stretch the map to where it was."""
    far = [*straight(260.0), (270.0, 260.0, 40_000.0), *straight(520.0, from_m=260.0, from_s=280.0)]
    with_jump, without = walk(lived(far).steps), walk(lived(straight(520.0)).steps)

    assert "set aside" in with_jump
    assert ElementTree.fromstring(with_jump).get("viewBox") != ""
    assert "set aside" not in without


@pytest.mark.parametrize("width", [358, 960])
def test_every_number_is_on_the_paper(width: int) -> None:
    """At either width, also where many stand in one place."""
    root = ElementTree.fromstring(walk(lived([*rested() * 1]).steps, width=width))
    discs = [one for one in root.iter(f"{SVG}circle") if (one.get("class") or "").startswith("mark")]

    assert discs
    assert all(0 <= float(one.get("cx") or -1) <= width for one in discs)


def test_odd_ways() -> None:
    """An outline to arrive in; no way at all; no fix at all."""
    yard = tuple(HERE.to_degrees(x, y) for x, y in ((1150.0, -40.0), (1250.0, -40.0), (1250.0, 40.0), (1150.0, 40.0)))
    way = read_points([place(0.0), place(LONG_M)], Destination(*place(LONG_M), polygon=yard))

    assert "end" in classes(walk(lived(straight(), way=way).steps))
    assert "band" not in classes(walk(lived(straight(), way=None).steps))
    assert ElementTree.fromstring(walk([Step(0.0, None)])) is not None
    assert ElementTree.fromstring(measured([Step(0.0, None)])) is not None


def test_a_single_fix_is_in_the_middle_of_its_picture() -> None:
    """Not in a corner of an empty sheet."""
    root = ElementTree.fromstring(ground(lived([(0.0, 0.0, 0.0)], way=None).steps))
    width, height = (float(root.attrib[name]) for name in ("width", "height"))
    [place_, *_] = [one.get("d") for one in root.iter() if one.get("class") == "fix on_route"]

    assert height < width / 2
    assert (place_ or "").startswith(f"M{width / 2:g} ")
