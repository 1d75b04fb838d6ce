"""Why everything happened, as lines: rules, numbers, messages with every state. `python -m tests.service.remembered.test_why` writes
the sample in `docs/why.md`."""

import io
from pathlib import Path

from rich.console import Console

from alerts.gateway import Delivery
from alerts.ladder import Said
from alerts.notice import Kind
from geofence.sighting import Standing
from service.journey import events as e
from service.journey import said
from service.journey.cover import judged
from service.journey.model import Cause, CloseReason, Journey, Proof
from service.journey.turn import Outcome
from service.remembered.chronicle import Told
from service.remembered.why import Line, State, as_text, lines, plain
from service.remembered.why_words import Teller
from service.replay.table import table
from tests.builders import Walk, at, walk
from tests.service.replay.walking import lived, parallel

DOCS = Path(__file__).resolve().parents[3] / "docs"
ANNA = Teller("Anna", people={"beth": "Beth (beth)", "dad": "Dad (dad)", "chloe": "Chloe (chloe)"})


class Carried(Walk):
    """A walk whose messages take their time: accepted, sent and delivered within seconds, as a provider tells."""

    def keep(self, outcome: Outcome) -> None:  # type: ignore[override]
        self.journey = outcome.journey
        self.events += outcome.events
        for state, after_s in ((None, 0.4), (Delivery.SENT, 0.9), (Delivery.DELIVERED, 3.1)):
            for notice in outcome.notices:
                if state is not Delivery.DELIVERED or notice.to != "dad":
                    self._told(notice.id, state, after_s)

    def _told(self, notice: str, state: Delivery | None, after_s: float) -> None:
        now = at(self.minute) + after_s

        def act(journey: Journey) -> Outcome:
            if state is None:
                return said.handed(journey, notice, "SM1", now)
            return said.reported(journey, notice, state, now)

        self.keep(judged(self.journey, act, now))


def evening() -> list[e.Event]:
    """Anna leaves her way and does not answer; Beth takes it, and Anna ends it with her PIN."""
    set_off = walk()
    anna = Carried(set_off.journey, events=list(set_off.events))
    anna.streaming(10)
    anna.streaming(16, Standing.OFF_ROUTE)
    anna.says("beth", Said.TAKEN)
    anna.streaming(18, Standing.OFF_ROUTE)
    anna.ends(Proof.PIN)
    return anna.events


def page() -> str:
    """`docs/why.md` as it must be."""
    told = as_text(plain(evening(), ANNA), "Europe/London", "standard")
    return f"""# Why

<!-- written by `python -m tests.service.remembered.test_why`; do not edit -->

`lamplit why abc-3` tells the whole story of a journey to whoever has the machine: what happened, in UTC and local time;
under it the row of the timing table (or the promise) behind it, what was measured, and what the profile says; each message
with every state, in seconds after it was made. People at the other end of a telephone say the reference: `lamplit why K742`
will do. Names of contacts are those of the account, numbers are masked. `--json` is for programs.

It works while the service runs, and when it does not: the log is the archive's, and what the archivist has not read yet is
taken from the store. Where there was a cover story, what her own screens were shown stands beside what happened. Exit codes:
0, and 1 where there is no such journey, 2 where neither store nor archive can be read.

```
{told}```

The same words, for what her devices may be told: `GET /v1/journeys/{{id}}/story`.

## What the judge saw

`lamplit replay TRACE --route R` goes on where `why` ends: it lives through a walk once more, fix by fix, and shows what was
measured against which limit, and what followed at which second. A trace is a recorded walk by its name (`cerknica-town`), a
CSV file (`t_s,lat,lon[,accuracy][,speed][,received][,true_along_m]`), GPX with times, lines of JSON (our own `fixes` frames
or their rows, requests of OwnTracks or Traccar), or a journey of this deployment, as long as its track is kept. A route is
GPX, GeoJSON or an encoded polyline; `own` is the trace's own line. It is the service's own judge and heart with a clock of
their own: nothing is stored, nobody is told. Here Anna takes the next street, seventy metres from her route:

```
{seen_by_the_judge()}```

Stretches that say the same are one line and show the worst of them; `--all` has a line for every fix. `--page walk.html`
writes one standalone page with the way, its corridor and every fix, and the four measurements over time; `--picture walk.svg`
one drawing; `--json` everything. `--profile`, `--mode`, `--eta MIN` and `--legs FILE` say how she set off, `--answer S` that she answers
each question so many seconds later, `--cadence S` that her phone measures more seldom, `--wait MIN` how long to listen after
the last fix. A recorder is silent while she rests and a phone is not, so in recordings her phone is taken to be heard where
there is no fix; in what a phone sent, silence is silence (`--heard` and `--silent` say otherwise). Exit codes: 0, and 1 where
the trace or the route cannot be read, with the file and the line; 2 where the store cannot.

What it cannot know of a journey of the past: when each fix came in (it is taken to have come at once), and what she said
on it; her answers are in `why`.
"""


def seen_by_the_judge() -> str:
    """A walk on the next street as `lamplit replay` prints it."""
    console = Console(file=io.StringIO(), width=110, highlight=False)
    for part in table(lived(parallel()), "anna.csv", []):
        console.print(part)
    assert isinstance(console.file, io.StringIO)
    return "".join(f"{line.rstrip()}\n" for line in console.file.getvalue().splitlines())


def found(*events: e.Event) -> list[Line]:
    return plain(events, ANNA)


def test_the_sample_in_the_docs_is_what_the_code_says() -> None:
    """Stale? `python -m tests.service.remembered.test_why`."""
    assert (DOCS / "why.md").read_text(encoding="utf-8") == page()


def test_a_decision_has_its_rule_what_was_measured_and_what_the_profile_says() -> None:
    """Row 6a of a walk in the standard profile."""
    [line] = found(e.ConcernRaised(at=at(17), cause=Cause.OFF_ROUTE, because={"waited_s": 300.0}))

    assert line.words == "Her contacts are told: she has left her route and she does not answer"
    assert (line.row, line.because, line.numbers) == ("6a", {"waited_s": 300.0}, {"off_route_concern_s": 300.0})
    assert "row 6a: the question was not answered · waited 5 min · standard: off route concern 5 min" in as_text(
        [line], "Europe/London", "standard"
    ).replace("\n", " ").replace("  ", "")


def test_a_message_stands_with_everything_that_became_of_it() -> None:
    """In seconds after it was made; what was never sent says why."""
    made = e.NoticeMade(at=100.0, id="n1", to="beth", kind=Kind.OVERDUE, rung="L2", channel="sms", attempt=2)
    failed = e.NoticeReported(at=103.1, id="n1", state="undelivered", code=30003)
    dropped = e.NoticeMade(at=100.0, id="n2", to="dad", kind=Kind.CLOSED, rung="END", channel="call", attempt=1)

    first, second = found(
        made,
        dropped,
        e.NoticeHanded(at=100.4, id="n1", sid="SM1"),
        failed,
        e.NoticeDropped(at=101.0, id="n2", why="contact removed"),
    )

    assert first.message is not None
    assert second.message is not None
    assert first.words == "Text to Beth (beth): she has not arrived (L2, try 2)"
    assert first.message.states == (
        State(state="accepted", at=100.4, after_s=0.4),
        State(state="undelivered", at=103.1, after_s=3.1, code=30003),
    )
    assert (second.message.states, second.message.dropped) == ((), "contact removed")
    text = as_text([first, second], "Europe/London", "standard")
    assert "accepted +0.4 s, undelivered +3.1 s (error 30003)" in text
    assert "dropped: contact removed" in text


def test_news_of_a_message_whose_making_is_not_in_the_log_stands_alone() -> None:
    """A gap in the feed hides nothing else."""
    [line] = found(e.NoticeReported(at=1.0, id="n1", state="delivered"))

    assert (line.words, line.message) == ("A message is delivered", None)


def test_what_her_screens_were_shown_instead_is_marked() -> None:
    """For people who may see both."""
    closed = e.JourneyClosed(at=60.0, reason=CloseReason.ENDED, by="her", proof=Proof.PIN)
    told = lines([Told(closed, cover=True), Told(e.DuressEntered(at=60.0))], ANNA)

    assert [line.cover for line in told] == [True, False]
    assert "00:01:00 UTC  01:01:00 BST  on her screens instead: Ended with her PIN" in as_text(
        told, "Europe/London", "standard"
    )


def test_what_became_of_a_message_of_before_is_told_once() -> None:
    """The text went out, then there was a cover story: its delivery stands with the text, and not on her screens too."""
    made = e.NoticeMade(at=1.0, id="n1", to="beth", kind=Kind.SOS, rung="SOS", channel="sms", attempt=1)
    news = e.NoticeReported(at=3.0, id="n1", state="delivered")
    [line] = lines([Told(made), Told(news, cover=True), Told(news)], ANNA)

    assert line.message is not None
    assert [state.state for state in line.message.states] == ["delivered"]


def test_a_day_begins_with_its_name() -> None:
    """Over midnight, in UTC."""
    text = as_text(found(e.Heard(at=at(0)), e.Heard(at=at(61))), "Europe/London", "standard")

    assert [line for line in text.splitlines() if "December" in line or "January" in line] == [
        "Wednesday 31 December 2025",
        "Thursday 01 January 2026",
    ]


def test_an_event_of_a_newer_process_is_named_and_no_more() -> None:
    """It has no words here."""

    class Teleported(e.Event, frozen=True, kw_only=True):
        """Of the day after tomorrow."""

    [line] = found(Teleported(at=1.0))

    assert (line.words, line.row, line.minor) == ("Teleported", "", True)


if __name__ == "__main__":
    (DOCS / "why.md").write_text(page(), encoding="utf-8")
