"""Every event there is has words, and a rule whose numbers exist."""

from typing import Any

import msgspec
import pytest

from alerts.notice import HER, Kind
from service.journey.events import (
    EVENTS,
    Acknowledged,
    Diverted,
    Event,
    JourneyClosed,
    Looked,
    OperatorLogged,
    ProgressChanged,
    PromptRaised,
)
from service.journey.model import OPERATORS, Cause, CloseReason, Progress, Proof
from service.journey.printed import LADDER_ROWS, ROWS
from service.journey.profiles import RELAXED, STANDARD
from service.operators.accounts import NOBODY
from service.remembered.why_words import ABOUT, PROGRESS, SAID, WORDS, Rule, Teller, profile_of

ANNA = Teller("Anna", people={"beth": "Beth"})
LAW = {*ROWS, *LADDER_ROWS, "9", "22"}
ABOVE = {"promise 1", "promise 2", "promise 4", "promise 5", "promise 7", "contacts", "legs", "lighting"}


def some(kind: type[Event], **given: Any) -> Event:
    """An event of this kind, filled with whatever its fields take."""
    values: dict[str, Any] = {"at": 1.0, **given}
    for field in msgspec.structs.fields(kind):
        if field.name not in values and field.required:
            values[field.name] = _value(field.type)
    return kind(**values)


def _value(of: Any) -> Any:
    fitting = {str: "beth", int: 5, float: 5.0, bool: True}
    if of in fitting:
        return fitting[of]
    if getattr(of, "__members__", None):
        return next(iter(of))
    return () if getattr(of, "__origin__", None) is tuple else None


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_has_words_and_a_rule(kind: type[Event]) -> None:
    """The words are a line, the rule is a row of the timing table or what stands above it, its numbers are a profile's."""
    words = WORDS[kind]
    event = some(kind)
    said, rule = words.say(event, ANNA), words.rule_of(event)

    assert said
    assert "\n" not in said
    assert rule.words
    assert rule.row in LAW | ABOVE
    assert all(hasattr(STANDARD, name) for name in rule.numbers)


def test_no_words_are_left_of_events_that_are_gone() -> None:
    """The table is the events'."""
    assert set(WORDS) == set(EVENTS)


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_a_rule_of_its_own(cause: Cause) -> None:
    """In the question to her as in what contacts hear."""
    raised = PromptRaised(at=1.0, prompt="p1", cause=cause, concern_at=None)

    assert WORDS[PromptRaised].rule_of(raised).row
    assert WORDS[PromptRaised].say(raised, ANNA).startswith("Asked if all is well: ")


def test_every_kind_of_progress_message_and_word_has_its_words() -> None:
    """Nothing is told by the name it has in the code."""
    assert set(PROGRESS) == set(Progress)
    assert set(ABOUT) == set(Kind)
    assert WORDS[ProgressChanged].rule_of(ProgressChanged(at=1.0, to=Progress.VEHICLE)).row == "4b"
    assert set(SAID) >= {"taken", "cant", "seen", "spoken", "with_her", "police"}


def test_closing_says_who_closed() -> None:
    """A fix, her PIN, or an operator; never the clock."""
    closed = {reason: JourneyClosed(at=1.0, reason=reason, by="priya", proof=Proof.PIN) for reason in CloseReason}

    assert [WORDS[JourneyClosed].say(event, ANNA) for event in closed.values()] == [
        "Arrived",
        "Ended with her PIN",
        "Closed by priya",
    ]


def test_a_haven_is_told_by_its_kind() -> None:
    """Where she went is forgotten with her track; a newer list may know more kinds."""
    told = [WORDS[Diverted].say(Diverted(at=1.0, haven=kind), ANNA) for kind in ("police", "castle")]
    assert told == ["She turns aside to a police station", "She turns aside to an open place"]


def test_people_are_called_by_their_names() -> None:
    """She, her contacts, those who are gone, operators."""
    assert [ANNA.contact(who) for who in (HER, "beth", "k3m9", OPERATORS)] == [
        "Anna",
        "Beth",
        "a former contact",
        "operators",
    ]
    assert WORDS[Acknowledged].say(Acknowledged(at=1.0, by="k3m9", said="taken"), ANNA) == "a former contact is on it"
    looked = Looked(at=1.0, by="priya", what="place", why="The police ask about her")
    assert WORDS[Looked].say(looked, ANNA) == "priya looked at her place (The police ask about her)"
    assert Teller(gone="contact {}").contact("k3m9") == "contact k3m9"


def test_what_the_house_writes_down_itself_is_nobodys() -> None:
    """A note beside those of operators."""
    note = OperatorLogged(at=1.0, by=NOBODY, what="note", words="No operator was signed on.")

    assert WORDS[OperatorLogged].say(note, ANNA) == "No operator was signed on."
    by_olga = OperatorLogged(at=1.0, by="olga", what="rang_her", words="no answer")
    assert WORDS[OperatorLogged].say(by_olga, ANNA) == "olga wrote down: rang her: no answer"


def test_a_profile_is_known_by_the_name_in_the_plan() -> None:
    """A newer one's is told by the standard numbers."""
    assert (profile_of("relaxed"), profile_of("of tomorrow")) == (RELAXED, STANDARD)
    assert Rule("1", "x").numbers == ()
