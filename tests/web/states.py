"""Every page in every state, as an evening would bring them."""

from collections.abc import Iterator
from dataclasses import replace

from service.web.pages import (
    Aside,
    Badge,
    Bubble,
    Call,
    Choice,
    ContactStatus,
    ErrorPage,
    ExitPage,
    Frame,
    FrontPage,
    HerPinPage,
    JourneyPage,
    NamedContact,
    PhoneRow,
    Prompt,
    ReadyLogin,
    SandboxPage,
    Sos,
    Step,
    ThreadPage,
    Told,
    TryPage,
    Waiting,
    Way,
    WayOutDonePage,
    WayOutPage,
    parts_of,
    render_error,
    render_exit,
    render_front,
    render_her_pin,
    render_journey,
    render_sandbox,
    render_thread,
    render_try,
    render_way_out,
    render_way_out_done,
)

from .drawings import drawn
from .evening import HOUSE, OVERDUE_TEXT, REAL, SANDBOX, SENTENCE
from .states_console import console_states
from .states_contact import contact_states, handover_states
from .states_hers import QUESTION, folded, hers_states
from .states_invite import invite_states, mail_states


def everything(her: str = "Anna", contact: str = "Beth", words: str = OVERDUE_TEXT) -> Iterator[tuple[str, str]]:
    """(name of the state, HTML) of every page; `her`, `contact` and `words` are what people typed."""
    yield from _front()
    yield from _try(her, contact)
    yield from _journey(her, contact, words)
    yield from hers_states(her, contact, words)
    yield from _phones(her, contact, words)
    yield from contact_states(her, contact)
    yield from handover_states(her, contact)
    yield from invite_states(her)
    yield from mail_states(her)
    yield from console_states(her, contact, words)
    yield from _way_out(her)
    yield from _errors(words)


def _front() -> Iterator[tuple[str, str]]:
    well = ("store on disk and answering", "watchman’s last round 2 s ago", "1 journey live")
    front = FrontPage(frame=SANDBOX, house=well, operator=ReadyLogin(name="maya", password="lamp-post-river-42"))
    yield "front", render_front(front)
    bad = ("store has not answered for 40 s, nothing new is armed", "watchman’s last round 3 s ago")
    yield "front-unwell", render_front(replace(front, house=bad, house_well=False))
    yield "front-real", render_front(FrontPage(frame=REAL, house=well))


def _try(her: str, contact: str) -> Iterator[tuple[str, str]]:
    page = TryPage(
        frame=SANDBOX,
        first_name=her,
        contacts=(NamedContact(name=contact), NamedContact(name="Dad"), NamedContact(name="Chloe", tier=2)),
        walks=(
            Choice(value="korita", label="A hill path", note="6.9 km, 1 h 52 min", chosen=True),
            Choice(value="town", label="Through town", note="2.4 km, 31 min, one long stop on the way"),
        ),
        profiles=(
            Choice(value="relaxed", label="Relaxed", note="Longer waits, fewer questions"),
            Choice(value="standard", label="Standard", note="What most walks want", chosen=True),
            Choice(value="high-risk", label="High risk", note="Short waits; an OK needs the PIN"),
        ),
        speeds=tuple(Choice(value=str(n), label=f"{n} ×", chosen=n == 20) for n in (1, 5, 10, 20, 40, 60)),
        tells=(
            Choice(value="nothing", label="nothing", chosen=True),
            Choice(value="started", label="that she set off"),
        ),
        asks=(Choice(value="at_once", label="by text", chosen=True), Choice(value="by_link", label="by a link")),
        sets_off=(Choice(value="app", label="with her app", chosen=True), Choice(value="text", label="by text alone")),
        sos_question=QUESTION,
        pin="2580",
        duress_pin="1470",
    )
    yield "try", render_try(page)
    problems = {
        "contact_1_name": "Name at least one contact, or nobody can be told.",
        "duress_pin": "The duress PIN must differ from the PIN in two digits or more.",
    }
    empty = (NamedContact(), NamedContact(), NamedContact(tier=2))
    yield "try-problems", render_try(replace(page, contacts=empty, duress_pin="2581", problems=problems))
    beth = Waiting(name=contact, phone="+447700900101", number="07700 900101", link="/i/Vt7kQ2mXw9")
    yield "try-waiting", render_try(replace(page, waiting=(beth, Waiting(name="Dad", phone="+447700900102"))))
    yield "try-yes", render_try(replace(page, said_yes=contact))
    yield "try-by-text", render_try(replace(page, her_number="+447700900123"))
    pin = HerPinPage(frame=SANDBOX, question=f"End {her}’s journey", purpose="end", hint="PIN 2580, duress PIN 1470.")
    yield "her-pin", render_her_pin(pin)
    yield "her-pin-again", render_her_pin(replace(pin, problem="Try again in 10 s.", extras={"prompt": "p7"}))


def _journey(her: str, contact: str, words: str) -> Iterator[tuple[str, str]]:
    confirmed = Badge(text="said yes", tone="done")
    calm = JourneyPage(
        frame=SANDBOX,
        name=her,
        reference="K742",
        sentence=SENTENCE,
        state=Badge(text="on her way"),
        link=Badge(text="live", tone="done"),
        progress=Badge(text="on her route", tone="done"),
        way=Way(done_m=1460, total_m=2410, distance="1,460 m of 2,410 m", minutes="18 of 31 min"),
        due="23:35",
        eta="23:31",
        clock="23:18:40",
        battery="battery 61 %",
        contacts=(
            ContactStatus(name=contact, number="+447700900101", tier=1, status=confirmed),
            ContactStatus(name="Dad", number="+447700900102", tier=1, status=confirmed),
            ContactStatus(name="Chloe", number="+447700900103", tier=2, status=Badge(text="invited", tone="watch")),
        ),
        told=(),
        speeds=(Choice(value="1", label="1 ×"), Choice(value="20", label="20 ×", chosen=True)),
        hers=folded(contact, words),
        phone="+447700900123",
        number="07700 900123",
        pins="2580, and 1470 under duress",
    )
    yield "journey-calm", render_journey(calm)
    yield "journey-aside", render_journey(replace(calm, aside=Aside(id="s17", words=f"{words}, a pub, 80 m away")))
    mapped = replace(
        calm, drawn=drawn(words, live=f'{{"said":"{words}"}}'), unlit="In 120 m your way is unlit for 310 m."
    )
    yield "journey-map", render_journey(mapped)
    yield "journey-map-drawing", render_journey(replace(mapped, drawn=drawn(words)))
    yield "journey-turned", render_journey(replace(calm, going=f"You are turning aside to {words}."))
    question = Prompt(id="p7", question="All ok?", until=f"No answer by 23:24: we text {contact} and Dad.")
    stopped = replace(
        calm,
        prompt=question,
        progress=Badge(text="standing still for 5 min", tone="watch"),
        said="10 minutes more: due 23:45.",
    )
    yield "journey-prompt", render_journey(stopped)
    told = (
        Told(
            to="Dad",
            channel="call",
            about="not arrived",
            clock="23:44:12",
            text=words,
            steps=(
                Step(name="accepted", after="0.3 s"),
                Step(name="sent", after="1.0 s"),
                Step(name="delivered", reached=False),
                Step(name="answered", reached=False),
            ),
        ),
        Told(
            to="Dad",
            channel="text",
            about="not arrived",
            clock="23:42:10",
            text=words,
            steps=(
                Step(name="accepted", after="0.2 s"),
                Step(name="sent", after="0.6 s"),
                Step(name="undelivered", after="4.1 s", failed=True),
            ),
        ),
        Told(
            to=contact,
            channel="text",
            about="not arrived",
            clock="23:42:10",
            text=words,
            answer="42",
            steps=(
                Step(name="accepted", after="0.2 s"),
                Step(name="sent", after="0.6 s"),
                Step(name="delivered", after="2.1 s"),
                Step(name="answered", after="96 s"),
            ),
        ),
    )
    story = (("23:43:46", f"{contact} is on it"), ("23:42:10", "Not arrived: tier 1 is told"), ("23:35:00", "Due"))
    overdue = replace(
        calm,
        state=Badge(text="overdue", tone="alarm"),
        link=Badge(text="lost for 14 min", tone="alarm"),
        eta="",
        progress=Badge(text="unknown"),
        clock="23:44:20",
        battery="battery 14 %",
        phone_on=False,
        told=told,
        story=story,
    )
    yield "journey-overdue", render_journey(overdue)
    sos = Sos(text="We tell your SOS list in 4 s.", cancellable=True)
    yield "journey-sos", render_journey(replace(calm, sos=sos))
    fired = Sos(text="Sent at 23:18:45 to everybody on your SOS list.", cancellable=False)
    yield "journey-sos-fired", render_journey(replace(overdue, sos=fired, refresh_s=0))
    cover = "You see this as the house does. Her phone shows none of it: it looks as after her true PIN."
    over = replace(folded(contact, words), way_on=False)
    ended = replace(calm, ended="Your PIN was given at 23:31.", told=told, told_note=cover, way=None, hers=over)
    yield "journey-ended", render_journey(ended)
    yield "journey-long", render_journey(replace(overdue, told=told * 4))
    yield "journey-alone", render_journey(replace(calm, alone=True, contacts=()))
    yield "journey-by-text", render_journey(replace(calm, has_phone=False, way=None))


def _phones(her: str, contact: str, words: str) -> Iterator[tuple[str, str]]:
    rows = (
        PhoneRow(number="+447700900123", whose=f"{her} (hers)", last="All ok? Reply OK.", unread=1),
        PhoneRow(number="+447700900101", whose=contact, last=words, unread=2, ringing=True),
        PhoneRow(number="+447700900102", whose="Dad", behaviour="off"),
        PhoneRow(number="+447700900103", whose="Chloe", last="YES", behaviour="delayed 40 min"),
    )
    yield "sandbox", render_sandbox(SandboxPage(frame=SANDBOX, phones=rows))
    yield "sandbox-empty", render_sandbox(SandboxPage(frame=SANDBOX, phones=()))
    notes = {
        "on": "",
        "off": "Nothing arrives until it is on again.",
        "asleep": "Texts arrive; nobody answers a call.",
        "delayed": "Every text arrives 40 min late.",
        "opted-out": "It has sent STOP: texts are refused.",
    }
    labels = {"on": "on", "off": "off", "asleep": "asleep", "delayed": "delayed 40 min", "opted-out": "opted out"}
    thread = ThreadPage(
        frame=SANDBOX,
        here="/sandbox/+447700900101",
        number="+44 7700 900101",
        whose=contact,
        bubbles=(
            Bubble(
                parts=parts_of(f"{her} would like you to be a contact. Reply YES if you agree.", HOUSE),
                clock="22:58",
                state="delivered after 1.2 s",
            ),
            Bubble(parts=parts_of("YES", HOUSE), clock="22:59", mine=True),
            Bubble(parts=parts_of(words, HOUSE), clock="23:42", state="delivered after 2.1 s"),
        ),
        behaviours=tuple(Choice(value=v, label=labels[v], note=notes[v], chosen=v == "on") for v in labels),
        quick=("42", "42 NO", "SAFE?"),
        quick_hint="Put her PIN behind OK.",
    )
    yield "thread", render_thread(thread)
    yield "thread-empty", render_thread(replace(thread, bubbles=(), problems={"text": "Type something to send."}))
    yield "thread-ringing", render_thread(replace(thread, call=Call(caller="Lamplit", taken=False)))
    says = (f"This is Lamplit about {her}.", "Press 1 if you are on it. Press 2 if you cannot.")
    asleep = tuple(replace(one, chosen=one.value == "asleep") for one in thread.behaviours)
    taken = replace(thread, call=Call(caller="Lamplit", taken=True, says=says, keyed="1"), behaviours=asleep)
    yield "thread-call", render_thread(taken)


def _way_out(typed: str) -> Iterator[tuple[str, str]]:
    page = WayOutPage(frame=REAL)
    yield "way-out", render_way_out(page)
    again = replace(page, number=typed, problems={"pin": "That is not it. Try again in 10 s."})
    yield "way-out-again", render_way_out(again)
    nobody = replace(page, number=typed, problems={"number": "A mobile number, please, as you write it."})
    yield "way-out-number", render_way_out(nobody)
    yield "way-out-done", render_way_out_done(WayOutDonePage(frame=Frame(), clock="23:51"))


def _errors(words: str) -> Iterator[tuple[str, str]]:
    for status in (400, 401, 403, 404, 405, 409, 429, 500, 503):
        field, detail = ("minutes", f"expected 1 to 60, got {words}") if status == 400 else ("", "")
        retry = "20 s" if status in (429, 503) else ""
        yield (
            f"error-{status}",
            render_error(ErrorPage(frame=SANDBOX, status=status, field=field, detail=detail, retry=retry)),
        )
    yield "exit", render_exit(ExitPage(frame=SANDBOX))
