"""Reading the log: one story for people who may see the truth, one for her devices."""

from collections.abc import Callable
from dataclasses import dataclass, field

from alerts.gateway import Delivery
from alerts.ladder import Said
from alerts.notice import Kind
from service.journey import claims, pressed, said
from service.journey.company import asked_company
from service.journey.cover import proved, seen_by, shown_to_her
from service.journey.events import ContactRemoved, Event, Looked, NoticeMade, Nudged
from service.journey.model import Journey, Proof
from service.journey.turn import Outcome
from service.remembered.archive import Remembered
from service.remembered.chronicle import MESSAGES, Told, hers, read, whole
from service.rows import AccountChanged, PinTaken, ScreenChanged, event_bytes, in_log
from tests.builders import Walk, at, timer, walk


@dataclass
class Logged:
    """Anna on her way, and the log as the house writes it. What is sent is handed over and delivered at once."""

    journey: Journey
    minute: float = 0.0
    log: list[Remembered] = field(default_factory=list)

    @classmethod
    def of(cls, anna: Walk) -> "Logged":
        return cls(anna.journey, anna.minute)

    def writes(self, *events: Event) -> None:
        version = 1 + (self.log[-1].version if self.log else 0)
        values = [event_bytes(self.journey.id, event) for event in events]
        self.log += [Remembered(self.journey.id, version, n, value) for n, value in enumerate(values)]

    def does(self, act: Callable[[Journey, Proof], Outcome], proof: Proof = Proof.NONE) -> "Logged":
        """As `judging` does it."""
        before, now = self.journey, at(self.minute)
        self.keeps(before, proved(before, act, proof, now), pin=proof in (Proof.PIN, Proof.DURESS))
        return self

    def keeps(self, before: Journey, outcome: Outcome, *, pin: bool = False) -> None:
        self.journey = outcome.journey
        marks = (PinTaken(at=at(self.minute)),) if pin else ()
        self.writes(*marks, *in_log(before, outcome, at(self.minute)))
        for notice in outcome.notices:
            handed = notice.id
            self.does(lambda j, _, n=handed: said.handed(j, n, "SM1", at(self.minute)))  # type: ignore[misc]
            self.does(lambda j, _, n=handed: said.reported(j, n, Delivery.DELIVERED, at(self.minute)))  # type: ignore[misc]

    def to(self, minute: float) -> "Logged":
        self.minute = minute
        return self.does(lambda j, _: Outcome(j))

    def ends(self, proof: Proof) -> "Logged":
        return self.does(lambda j, p: pressed.ended(j, at(self.minute), p), proof)

    @property
    def hers(self) -> list[Event]:
        return hers(read(self.log), shown_to_her(self.journey))

    @property
    def names(self) -> list[str]:
        return [type(event).__name__ for event in self.hers]


def overdue(proof: Proof) -> Logged:
    """Overdue at 42, told to everybody, ended at 47 with this PIN; her phone and contacts go on being heard."""
    anna = Logged.of(timer()).to(35).to(42).to(47).ends(proof)
    anna.to(48).does(lambda j, _: said.contact_said(j, "beth", Said.TAKEN, at(48)))
    return anna.to(60).does(lambda j, p: pressed.extended(j, 5, at(60), p), proof).to(90)


def test_her_story_after_a_duress_pin_is_that_after_the_true_one() -> None:
    """To the end, event by event, though behind it the SOS list is told, answers, and the ladder goes on."""
    forced, free = overdue(Proof.DURESS), overdue(Proof.PIN)

    assert forced.hers == free.hers
    assert free.names[-1] == "JourneyClosed"
    assert len(forced.log) > len(free.log)


def test_people_who_may_see_the_truth_see_both() -> None:
    """What happened, and beside it what her screens were shown instead."""
    told = whole(read(overdue(Proof.DURESS).log))

    assert "DuressEntered" in {type(one.event).__name__ for one in told if not one.cover}
    assert "JourneyClosed" in {type(one.event).__name__ for one in told if one.cover}
    assert "JourneyClosed" not in {type(one.event).__name__ for one in told if not one.cover}


def test_once_a_person_has_closed_it_she_reads_the_truth() -> None:
    """From the beginning, messages and all."""
    anna = overdue(Proof.DURESS)
    assert "DuressEntered" not in anna.names

    anna.to(100).does(lambda j, _: claims.resolved(j, "priya", "found", at(100)))
    anna.does(lambda j, _: claims.resolved(j, "omar", "found", at(100)))

    assert anna.journey.shadow is None
    assert anna.names == [type(one.event).__name__ for one in whole(read(anna.log)) if not one.cover]
    assert {"DuressEntered", "Acknowledged", "IncidentResolved"} <= set(anna.names)


def test_a_second_duress_covers_what_comes_after_it_alone() -> None:
    """The first one is over, and stays told."""
    anna = Logged.of(timer()).to(10).ends(Proof.DURESS)
    anna.to(20).ends(Proof.PIN)
    first = anna.hers
    anna.to(30).ends(Proof.DURESS)

    assert anna.journey.shadow is not None
    assert anna.hers == first


def test_messages_are_told_until_one_of_her_pins_is_taken() -> None:
    """Each with what became of it; after that her screens follow none, whichever PIN it was."""
    free = overdue(Proof.PIN)
    told = {event.kind for event in free.hers if isinstance(event, NoticeMade)}
    sent = {one.event.kind for one in whole(read(free.log)) if isinstance(one.event, NoticeMade)}

    assert Kind.OVERDUE in told
    assert sent - told == {Kind.CLOSED}
    assert max(event.at for event in free.hers if isinstance(event, MESSAGES)) <= at(47)


def test_looks_that_an_sos_allows_are_told_when_it_is_closed() -> None:
    """Those before it at once."""

    def looks(anna: Logged) -> int:
        anna.keeps(anna.journey, seen_by(anna.journey, "beth", "place", at(anna.minute)))
        return sum(isinstance(event, Looked) for event in anna.hers)

    anna = Logged.of(walk())
    anna.does(lambda j, _: asked_company(j, ["beth"], at(0)))
    assert looks(anna) == 1
    anna.to(10).does(lambda j, _: pressed.sos(j, at(10), window=False))
    assert looks(anna) == 1

    anna.to(11).ends(Proof.PIN)

    assert sum(isinstance(event, Looked) for event in anna.hers) == 2


def test_what_is_no_news_is_no_story() -> None:
    """Marks of the log, screens, her account; and a contact whom she removed, because under duress he is not."""
    anna = Logged.of(timer())
    anna.writes(
        PinTaken(at=1.0),
        ScreenChanged(at=1.0),
        AccountChanged(at=1.0, what="pins"),
        ContactRemoved(at=1.0, who="dad"),
        Nudged(at=1.0, eta_at=2.0),
    )
    anna.log.append(Remembered("anna-1", 9, 0, b"\xc1"))

    assert anna.names == ["Nudged"]
    assert [type(one.event).__name__ for one in whole(read(anna.log))] == ["ContactRemoved", "Nudged"]
    assert all(isinstance(one, Told) for one in whole(read(anna.log)))


def test_a_log_that_is_being_written_never_shows_the_truth() -> None:
    """Read between any two events of a commit, her story is a beginning of what it will be."""
    anna = Logged.of(timer()).to(10).ends(Proof.DURESS).to(20)
    shown, complete = shown_to_her(anna.journey), anna.hers

    for length in range(len(anna.log)):
        so_far = hers(read(anna.log[:length]), shown)
        assert so_far == complete[: len(so_far)]
