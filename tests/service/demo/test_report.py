"""Tests of what a reader sees, and of the object that `--json` ends with."""

from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console

from service.demo import report
from service.demo.expectations import EXPECTED, Line
from service.demo.invariants import Invariant
from service.demo.scene import Scene, View
from service.demo.timeline import RangUs

from .paper import NOON, a_call, add, scene_called, sent_as_written


def _printed(*parts: Any) -> str:
    stream = StringIO()
    console = report.console_for(stream)
    for part in parts:
        console.print(part)
    return stream.getvalue()


def _told(scene: Scene) -> str:
    return _printed(*report.beginning(scene), *report.events(scene, all_of_it=True), report.verdict(scene))


def test_an_act_is_told_with_its_promise_every_message_in_full_and_what_came_of_it(tmp_path: Path) -> None:
    """A tired newcomer reads what was promised, what was sent to whom and how far it came, and the verdict."""
    scene = scene_called("phone dies", tmp_path)
    sent_as_written(scene)
    scene.kept, scene.outcome = True, "told on time"
    page = _told(scene)
    assert "Not home by 22:13: we text and ring Beth and Dad." in page
    assert "22:13:20 text    → Beth  she has not arrived" in page
    assert "delivered after 2 s" in page
    assert "Anna has NOT arrived. Dial 999." in page
    assert "Beth    has said YES by text" in page
    assert "The sentence came true: told on time." in page
    assert "Sent exactly the" in page


def test_nothing_but_plain_letters_where_there_is_no_terminal(tmp_path: Path) -> None:
    """Colours only on a terminal: a log stays readable."""
    scene = scene_called("home", tmp_path)
    sent_as_written(scene)
    assert "\x1b" not in _told(scene)


def test_a_mismatch_is_shown_as_what_is_missing_and_what_is_too_much(tmp_path: Path) -> None:
    """Whoever broke the product sees which message."""
    scene = scene_called("home", tmp_path)
    sent_as_written(scene)
    add(scene, Line("Beth", "overdue", "L2"), NOON)
    assert "+ Beth  overdue  L2  sms" in _told(scene)


def test_acts_are_told_one_after_the_other_however_they_overlap(tmp_path: Path) -> None:
    """The second one is over first, and is told when the first is."""
    first, second = scene_called("phone dies", tmp_path / "1"), scene_called("home", tmp_path / "2")
    for scene in (first, second):
        sent_as_written(scene)
    stream = StringIO()
    telling = report.Telling(Console(file=stream, width=100), [first, second], 30.0)
    telling.step(over=lambda scene: scene is second)
    assert "She gets home" not in stream.getvalue()
    telling.step(over=lambda _: True)
    page = stream.getvalue()
    assert page.index("Her phone is destroyed") < page.index("The sentence") < page.index("She gets home")
    assert page.count("Her phone is destroyed") == 1


def test_the_waiting_line_is_one_line(tmp_path: Path) -> None:
    """On eighty columns it names the acts for which there is room, and how many are over; on a wide terminal all that go on."""
    scenes = [scene_called(name, tmp_path / name.replace(" ", "-")) for name in EXPECTED]
    scenes[0].finished = True

    def line(width: int) -> str:
        return report.Telling(Console(file=StringIO(), width=width), scenes, 30.0).progress()

    assert line(80).startswith(f"1 of {len(scenes)} over   {scenes[1].act.name}: ")
    assert line(80).endswith(" …")
    assert len(line(80)) <= 78
    assert all(scene.act.name in line(400) for scene in scenes[1:])
    assert scenes[0].act.name not in line(400)


def test_the_object_has_the_promised_shape(tmp_path: Path) -> None:
    """Journeys, messages and invariants, each with exactly the fields that were promised."""
    scene = scene_called("phone dies", tmp_path)
    sent_as_written(scene)
    found = report.as_object([scene], [Invariant("once", 3, ["phone dies: twice"])])
    assert set(found) == {"journeys", "messages", "invariants"}
    assert [set(j) for j in found["journeys"]] == [{"act", "walk", "promised", "kept", "outcome"}]
    fields = {"act", "to", "kind", "rung", "channel", "attempt", "at", "delivered", "text", "call"}
    assert all(set(message) == fields for message in found["messages"])
    assert found["invariants"] == [{"name": "once", "checked": 3, "violations": 1, "broken": ["phone dies: twice"]}]
    beth = next(m for m in found["messages"] if m["kind"] == "overdue" and m["to"] == "Beth")
    assert (beth["rung"], beth["delivered"], beth["at"]) == ("L2", True, "2023-11-14T22:13:20+00:00")


def test_a_call_is_told_as_it_went(tmp_path: Path) -> None:
    """What was said and keyed, in turns; her PIN by what it is; and who took it in the object."""
    scene = scene_called("no data", tmp_path)
    rung = Line("her", "due", "call 1", "call")
    add(scene, rung, NOON).call = a_call(NOON, keys=f"{scene.her.pin}#", words="Hello. Is all ok?")
    page = _told(scene)
    assert "call    → her  she is due" in page
    assert "taken after 9 s, a key: told" in page
    assert page.index("“Hello. Is all ok?”") < page.index("she keys her PIN, hash")
    assert scene.her.pin not in page
    [told] = report.as_object([scene], [])["messages"]
    assert told["call"] == {"taken_by": "human", "ended": "completed", "said": ["Hello. Is all ok?"], "keys": 5}


def test_a_call_to_us_is_told_where_it_stands(tmp_path: Path) -> None:
    """She rings from a stranger's phone."""
    scene = scene_called("the phone rings", tmp_path)
    call = a_call(NOON, keys=f"*{scene.her.keyed_number}#", words="Hello.")
    scene.timeline.rang_us["CA1"] = RangUs(NOON, "her", call)
    page = _told(scene)
    assert "→ us  from a phone that is not hers" in page
    assert "she keys star, her number, hash" in page


def test_no_line_is_wider_than_a_page(tmp_path: Path) -> None:
    """A hundred columns, as long as the words are."""
    for name in EXPECTED:
        scene = scene_called(name, tmp_path / name.replace(" ", "-"))
        sent_as_written(scene)
        assert max(len(line) for line in _told(scene).splitlines()) <= 100


def test_the_last_page_names_every_violation(tmp_path: Path) -> None:
    """What held, what did not, what came of each act."""
    scene = scene_called("home", tmp_path)
    page = _printed(*report.closing([scene], [Invariant("once", 3), Invariant("order", 2, ["L3 before L2"])], 80.0))
    assert "held   once" in page
    assert "BROKEN order" in page
    assert "L3 before L2" in page


def test_the_picture_is_drawn_from_the_act_and_asks_nobody_for_a_font(tmp_path: Path) -> None:
    """The picture in the README is the demo's own output."""
    scene = scene_called("phone dies", tmp_path)
    sent_as_written(scene)
    report.picture(scene, tmp_path / "demo.svg")
    drawn = (tmp_path / "demo.svg").read_text("utf-8")
    assert "NOT" in drawn
    assert "@font-face" not in drawn
    assert "https:" not in drawn


def test_views_stand_side_by_side(tmp_path: Path) -> None:
    """Who was shown what can be compared at a glance."""
    scene = scene_called("coerced PIN", tmp_path)
    scene.views = (View("Her phone", ("closed",)), View("Beth", ("may be FORCED",)))
    text = _printed(report.side_by_side(scene))
    titles, lines = (next(line for line in text.splitlines() if word in line) for word in ("Her phone", "closed"))
    assert "Beth" in titles
    assert "may be FORCED" in lines
