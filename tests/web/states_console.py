"""The operators' pages in every state."""

from collections.abc import Iterator
from dataclasses import replace

from service.web.pages import (
    Account,
    Badge,
    Choice,
    ClosePage,
    ConsolePage,
    IncidentPage,
    IncidentRow,
    JourneyRow,
    LoginPage,
    LogPage,
    LookPage,
    ReasonedLook,
    ShiftPage,
    SignedOutPage,
    Timer,
    ToldPerson,
    render_console,
    render_incident,
    render_incident_close,
    render_incident_log,
    render_login,
    render_look,
    render_shift,
    render_signed_out,
)
from service.web.script import Script

from .evening import HER_NUMBER, HIGH_ST, REAL, SANDBOX


def console_states(her: str, contact: str, words: str) -> Iterator[tuple[str, str]]:
    yield from _list(contact)
    yield from _incident(her, contact, words)
    yield from _look(words)
    yield from _shift(contact, words)


def _list(contact: str) -> Iterator[tuple[str, str]]:
    hint = "In the sandbox: maya, lamp-post-river-42."
    yield "login", render_login(LoginPage(frame=SANDBOX, hint=hint, needs_code=False))
    wrong = "That name, password or code is not right."
    yield "login-wrong", render_login(LoginPage(frame=REAL, name=contact, problem=wrong))
    empty = ConsolePage(frame=SANDBOX, operator=contact, clock="23:52:10 BST", incidents=(), journeys=())
    yield "console-empty", render_console(empty)
    incidents = (
        IncidentRow(
            reference="B118",
            kind=Badge(text="SOS", tone="sos"),
            what="SOS at 23:51:02, not taken back.",
            timers=(
                Timer(label="open for", value="1 min 8 s"),
                Timer(label="nobody heard", value="1 min 3 s", late=True),
            ),
            here="/console/i/B118",
            told=(f"{contact}: text delivered, call ringing", "Mum: text sent"),
            next_step="everyone unheard again at 23:53:02",
            proposal="omar would close it: She was found",
            battery="58 %",
        ),
        IncidentRow(
            reference="K742",
            kind=Badge(text="overdue", tone="alarm"),
            what="Due 23:30, no answer. Link lost since 23:28.",
            timers=(Timer(label="open for", value="10 min 0 s"),),
            here="/console/i/K742",
            holder="Operator olga, since 23:46",
            lease="41 s left",
            told=("Contact 1: delivered, is on it", "Contact 2: undelivered, called, no answer"),
        ),
        IncidentRow(
            reference="D205",
            kind=Badge(text="no link", tone="watch"),
            what="Link lost for 10 min, not expected.",
            timers=(Timer(label="open for", value="10 min 4 s"),),
            here="/console/look/D205",
            note="A lost link alone opens no place.",
        ),
    )
    rows = (
        JourneyRow(
            reference="K742",
            since="22:59",
            due="23:30",
            state=Badge(text="overdue", tone="alarm"),
            link=Badge(text="lost", tone="alarm"),
            here="/console/look/K742",
        ),
        JourneyRow(
            reference="M310",
            since="23:40",
            due="00:15",
            state=Badge(text="on her way"),
            link=Badge(text="live", tone="done"),
            here="/console/look/M310",
            asked=True,
        ),
    )
    busy = replace(
        empty,
        incidents=incidents,
        journeys=rows,
        on_shift=("olga", contact),
        trouble=("Twilio has refused 4 messages since 23:40.",),
        said="K741 is closed. Everybody who was told hears it.",
        admin=True,
    )
    yield "console", render_console(busy)
    yield "console-quiet", render_console(replace(empty, journeys=rows[1:]))
    yield "signed-out", render_signed_out(SignedOutPage(frame=SANDBOX))


def _incident(her: str, contact: str, words: str) -> Iterator[tuple[str, str]]:
    script = Script(
        case="overdue",
        her=her,
        now="23:52",
        going="walking home",
        due="23:30",
        late=True,
        seen="23:28",
        street="near High St, Rochester",
        looks=words,
        force_number="+44 1632 960999",
    )
    told = (
        ToldPerson(
            name=contact,
            number=HER_NUMBER,
            tier=1,
            said="is on it at 23:46",
            messages=tuple(f"text 23:4{n}:10: accepted 0.3 s, sent 1.0 s, delivered 2.1 s" for n in range(5)),
        ),
        ToldPerson(name="Chloe", number=HER_NUMBER, tier=2, messages=("not told yet",)),
    )
    overdue = IncidentPage(
        frame=REAL,
        here="/console/i/K742",
        reference="K742",
        operator="olga",
        clock="23:52:10",
        her=her,
        state="overdue",
        kind=Badge(text="unanswered", tone="alarm"),
        what=f"{her} has not arrived and does not answer.",
        timers=(Timer(label="open for", value="10 min"), Timer(label="over the ETA", value="22 min", late=True)),
        next_step="The ladder takes its next step at 23:54, in 1 min 50 s.",
        her_number=HER_NUMBER,
        last_seen=HIGH_ST,
        battery="14%",
        link=Badge(text="lost, 24 min silent", tone="alarm"),
        destination="home",
        track=(("23:28", "51.38912, 0.50441"), ("23:25", "51.38800, 0.50300")),
        told=told,
        police=f"told at 23:50 by {contact}, number KP-0457; unconfirmed",
        card=(("Full name", her), ("Looks like", words)),
        script=script,
        log=(("23:51:40", f"olga: rang her, {words}"), ("23:50:00", "No operator was signed on.")),
        story=tuple((f"23:{n:02}:00", f"{contact} is on it") for n in range(40, 28, -1)),
    )
    yield "incident", render_incident(overdue)
    mine = replace(overdue, mine=True, left="52 s", holder="Operator olga, since 23:46", said="You have it.")
    yield "incident-mine", render_incident(mine)
    asleep = "Nothing was pressed for 8 min. Unless you say so, the others are called again."
    yield "incident-still", render_incident(replace(mine, still=asleep))
    yield "incident-held", render_incident(replace(overdue, holder="Operator omar, since 23:46", left="12 s"))
    concern = replace(
        overdue,
        state="concern",
        kind=Badge(text="concern", tone="watch"),
        last_seen=None,
        no_place="Not shown yet.",
        card=(),
        track=(),
        destination="",
        script=None,
        log=(),
        told=(),
        story=(),
    )
    yield "incident-concern", render_incident(concern)
    sos = replace(
        overdue,
        state="sos",
        kind=Badge(text="SOS", tone="sos"),
        word="hazelnut",
        script=replace(script, case="sos", alarm="23:14", danger=""),
    )
    wish = "omar would close it: She was found"
    yield "incident-sos", render_incident(replace(sos, frame=SANDBOX, proposal=wish, agree="found"))
    yield "incident-sos-waits", render_incident(replace(sos, proposal="olga would close it: She was found"))
    forced = replace(sos, state="duress", kind=Badge(text="duress: do not ring her", tone="sos"), her_number="")
    yield "incident-duress", render_incident(forced)
    yield from _typed(her, contact, words)


def _typed(her: str, contact: str, words: str) -> Iterator[tuple[str, str]]:
    log = LogPage(
        frame=REAL,
        here="/console/i/K742",
        reference="K742",
        her=her,
        n="n7",
        kinds=(
            Choice(value="note", label="A note", chosen=True),
            Choice(value="rang_police", label="Told the police", note="the words are their incident number"),
        ),
    )
    yield "incident-log", render_incident_log(log)
    again = replace(
        log, words=words, holding="You have it for 41 s more while you write.", problem="A note needs words."
    )
    yield "incident-log-again", render_incident_log(again)
    close = ClosePage(
        frame=REAL,
        here="/console/i/K742",
        reference="K742",
        her=her,
        outcomes=(
            Choice(value="seen_safe", label="Somebody saw her safe"),
            Choice(value="found", label="She was found", chosen=True),
        ),
    )
    yield "incident-close", render_incident_close(close)
    two = replace(close, takes_two=True, word="hazelnut", proposal="omar would close it: She was found")
    yield "incident-close-two", render_incident_close(replace(two, holder=f"Operator {contact}, since 23:46"))
    yield "incident-close-again", render_incident_close(replace(close, takes_two=True, problem="Choose how it ended."))


def _look(words: str) -> Iterator[tuple[str, str]]:
    look = LookPage(
        frame=REAL,
        here="/console/look/M310",
        reference="M310",
        since="23:40",
        due="00:15",
        state=Badge(text="on her way"),
        link=Badge(text="live", tone="done"),
        reasons=(
            Choice(value="contact", label="A contact of hers rang us"),
            Choice(value="other", label="Something else"),
        ),
    )
    yield "look", render_look(look)
    yield "look-again", render_look(replace(look, words=words, problem="Say why in 10 letters or more."))
    yield "look-shown", render_look(replace(look, last_seen=HIGH_ST, battery="58%", why=words))
    yield "look-asked", render_look(replace(look, asked=True, last_seen=HIGH_ST, refresh_s=10))
    yield "look-nothing", render_look(replace(look, asked=True, nothing="No position was ever received."))


def _shift(contact: str, words: str) -> Iterator[tuple[str, str]]:
    accounts = (
        Account(name=contact, role="admin", state=Badge(text="on shift", tone="done")),
        Account(name="omar", role="operator", state=Badge(text="signed off")),
    )
    looks = (ReasonedLook(clock="23:12", by="omar", reference="M310", why=words),)
    yield "shift", render_shift(ShiftPage(frame=REAL, clock="23:52:10", accounts=accounts, looks=looks))
    yield "shift-empty", render_shift(ShiftPage(frame=REAL, clock="23:52:10", accounts=accounts, looks=()))
