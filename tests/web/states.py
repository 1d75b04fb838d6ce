"""Every page in every state, as an evening would bring them: Anna walks home; Beth, Dad and Chloe are her contacts."""

from collections.abc import Iterator
from dataclasses import replace

from service.web.pages import (
    Badge,
    Bubble,
    Call,
    Choice,
    ConsolePage,
    ContactPage,
    ContactPinDonePage,
    ContactPinPage,
    ContactStatus,
    ErrorPage,
    ExitPage,
    Frame,
    FrontPage,
    HerPinPage,
    IncidentRow,
    JourneyPage,
    JourneyRow,
    LastSeen,
    LinkGonePage,
    LoginPage,
    NamedContact,
    PhoneRow,
    PolicePage,
    PoliceScript,
    Prompt,
    ReadyLogin,
    SandboxPage,
    SignedOutPage,
    Sos,
    Step,
    ThreadPage,
    Timer,
    Told,
    TryPage,
    Way,
    parts_of,
    render_console,
    render_contact,
    render_contact_pin,
    render_contact_pin_done,
    render_error,
    render_exit,
    render_front,
    render_her_pin,
    render_journey,
    render_link_gone,
    render_login,
    render_police,
    render_sandbox,
    render_signed_out,
    render_thread,
    render_try,
)

SANDBOX = Frame(sandbox=True, nonce="n0nce", clock="House clock 23:52:10 BST, 20 × as fast as yours")
REAL = Frame(nonce="n0nce")
HOUSE = "http://127.0.0.1:8080"
HER_NUMBER = "07700 900123"
HIGH_ST = LastSeen(
    place="near High St, Rochester",
    clock="23:28",
    age="24 min ago",
    accuracy="within 12 m",
    latitude=51.38912,
    longitude=0.50441,
)
OVERDUE_TEXT = (
    "Anna has NOT arrived. Due 23:30, as of 23:42 no answer. Last seen 23:28 near High St, Rochester, battery 14%. "
    "Ring her 07700900123. No answer and you fear for her: dial 999, say she is MISSING. We have NOT called police. "
    f"Reply 42 = you are on it. {HOUSE}/c/Vt7kQ2mXw9"
)
SENTENCE = "Not home by 23:35: we text and ring Beth and Dad. If neither answers, we go on to Chloe, and then nobody else."


def everything(her: str = "Anna", contact: str = "Beth", words: str = OVERDUE_TEXT) -> Iterator[tuple[str, str]]:
    """(name of the state, HTML) of every page; `her`, `contact` and `words` are what people typed."""
    yield from _front()
    yield from _try(her, contact)
    yield from _journey(her, contact, words)
    yield from _phones(her, contact, words)
    yield from _contact(her, contact)
    yield from _console(contact)
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
    )
    yield "journey-calm", render_journey(calm)
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
            to="Dad", channel="call", about="not arrived", clock="23:44:12", text=words,
            steps=(Step(name="accepted", after="0.3 s"), Step(name="sent", after="1.0 s"),
                   Step(name="delivered", reached=False), Step(name="answered", reached=False)),
        ),
        Told(
            to="Dad", channel="text", about="not arrived", clock="23:42:10", text=words,
            steps=(Step(name="accepted", after="0.2 s"), Step(name="sent", after="0.6 s"),
                   Step(name="undelivered", after="4.1 s", failed=True)),
        ),
        Told(
            to=contact, channel="text", about="not arrived", clock="23:42:10", text=words, answer="42",
            steps=(Step(name="accepted", after="0.2 s"), Step(name="sent", after="0.6 s"),
                   Step(name="delivered", after="2.1 s"), Step(name="answered", after="96 s")),
        ),
    )  # fmt: skip
    story = (("23:43:46", f"{contact} is on it"), ("23:42:10", "Not arrived: tier 1 is told"), ("23:35:00", "Due"))
    overdue = replace(
        calm, state=Badge(text="overdue", tone="alarm"), link=Badge(text="lost for 14 min", tone="alarm"), eta="",
        progress=Badge(text="unknown"), clock="23:44:20", battery="battery 14 %", phone_on=False, told=told, story=story,
    )  # fmt: skip
    yield "journey-overdue", render_journey(overdue)
    sos = Sos(text="We tell her SOS list in 4 s.", cancellable=True)
    yield "journey-sos", render_journey(replace(calm, sos=sos))
    fired = Sos(text="Sent at 23:18:45 to everybody on her SOS list.", cancellable=False)
    yield "journey-sos-fired", render_journey(replace(overdue, sos=fired, refresh_s=0))
    cover = "You see this as the house does. Her phone shows none of it: it looks as after her true PIN."
    ended = replace(calm, ended="Home. Her PIN was given at 23:31.", told=told, told_note=cover, way=None)
    yield "journey-ended", render_journey(ended)


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
            Bubble(parts=parts_of(f"{her} would like you to be a contact. Reply YES if you agree.", HOUSE), clock="22:58",
                   state="delivered after 1.2 s"),
            Bubble(parts=parts_of("YES", HOUSE), clock="22:59", mine=True),
            Bubble(parts=parts_of(words, HOUSE), clock="23:42", state="delivered after 2.1 s"),
        ),
        behaviours=tuple(Choice(value=v, label=labels[v], note=notes[v], chosen=v == "on") for v in labels),
    )  # fmt: skip
    yield "thread", render_thread(thread)
    yield "thread-empty", render_thread(replace(thread, bubbles=(), problems={"text": "Type something to send."}))
    yield "thread-ringing", render_thread(replace(thread, call=Call(caller="Lamplit", taken=False)))
    says = (f"This is Lamplit about {her}.", "Press 1 if you are on it. Press 2 if you cannot.")
    asleep = tuple(replace(one, chosen=one.value == "asleep") for one in thread.behaviours)
    taken = replace(thread, call=Call(caller="Lamplit", taken=True, says=says, keyed="1"), behaviours=asleep)
    yield "thread-call", render_thread(taken)


def _contact(her: str, contact: str) -> Iterator[tuple[str, str]]:
    quiet = ContactPage(
        frame=REAL, here="/c/Vt7kQ2mXw9", her=her, state="quiet", as_of="23:12",
        headline=f"{her} chose you to hear from us if something is wrong.",
    )  # fmt: skip
    yield "contact-quiet", render_contact(quiet)
    script = PoliceScript(
        her=her, going="walking home", now="23:52", due="23:30", seen="at 23:28 near High St, Rochester",
        force="Kent Police", force_number="+44 1632 960999",
    )  # fmt: skip
    concern = replace(
        quiet, state="concern", headline=f"{her} has not answered us for 5 minutes.", since="She left her route at 23:14.",
        as_of="23:20", reference="K742", reply_code="42", holder="Nobody has this yet.", battery="41 % at 23:14",
        last_seen=LastSeen(place="near High St, Rochester", clock="23:14", age="6 min ago"),
        her_number=HER_NUMBER, script=replace(script, due="23:30", now="23:20"),
    )  # fmt: skip
    yield "contact-concern", render_contact(concern)
    overdue = replace(
        concern, state="overdue", headline=f"{her} has not arrived.", since="Due 23:30. No answer as of 23:52.",
        as_of="23:52", battery="14 % at 23:28", last_seen=HIGH_ST, destination="home", script=script,
        track=(("23:28", "near High St"), ("23:24", "near Crow Lane"), ("23:19", "near Vines Lane")),
    )  # fmt: skip
    yield "contact-overdue", render_contact(overdue)
    yield "contact-sandbox", render_contact(replace(overdue, frame=SANDBOX))
    yield "contact-mine", render_contact(
        replace(overdue, mine=True, holder="You have this since 23:46. We ask you for news at 23:56.",
                said="Thank you. The others are told that somebody is on it.")
    )  # fmt: skip
    yield "contact-other-has-it", render_contact(
        replace(overdue, holder="Another contact is on it since 23:46.",
                police="KP-20261121-0457, told us by another contact")
    )  # fmt: skip
    yield "contact-nobody", render_contact(
        replace(overdue, headline=f"{her} has not answered, and nobody has taken this.", last_seen=None, her_number="",
                holder="All her contacts cannot, or did not answer.")
    )  # fmt: skip
    alarm = replace(script, due="", alarm="23:14")
    sos = replace(overdue, state="sos", headline=f"{her} pressed SOS at 23:14.", since="She asked for help.", script=alarm)
    yield "contact-sos", render_contact(sos)
    forced = replace(sos, state="duress", headline=f"{her} may be forced to say she is safe.", since="Since 23:51.")
    yield "contact-duress", render_contact(replace(forced, her_number=""))
    closed = replace(
        quiet, state="closed", headline=f"Closed: {her}’s PIN was given at 23:51.", as_of="23:58", reference="K742",
        her_number=HER_NUMBER,
    )  # fmt: skip
    yield "contact-closed", render_contact(closed)
    yield "contact-gone", render_link_gone(LinkGonePage(frame=REAL))
    pin = ContactPinPage(frame=REAL, here="/c/Vt7kQ2mXw9", her=her)
    yield "contact-pin", render_contact_pin(pin)
    yield "contact-pin-again", render_contact_pin(replace(pin, problem="Try again."))
    yield "contact-pin-done", render_contact_pin_done(
        ContactPinDonePage(frame=REAL, here="/c/Vt7kQ2mXw9", her=her, clock="23:51")
    )
    police = PolicePage(frame=REAL, here="/c/Vt7kQ2mXw9", her=her)
    yield "contact-police", render_police(police)
    yield "contact-police-again", render_police(replace(police, number=contact * 20, problem="At most 40 signs."))


def _console(contact: str) -> Iterator[tuple[str, str]]:
    yield "login", render_login(LoginPage(frame=SANDBOX, hint="In the sandbox: maya, lamp-post-river-42."))
    wrong = "That name, password or code is not right."
    yield "login-wrong", render_login(LoginPage(frame=REAL, name=contact, problem=wrong, asks_code=True))
    empty = ConsolePage(frame=SANDBOX, operator=contact, clock="23:52:10 BST", incidents=(), journeys=())
    yield "console-empty", render_console(empty)
    incidents = (
        IncidentRow(
            reference="B118", kind=Badge(text="SOS", tone="sos"), what="SOS at 23:51:02, not taken back.",
            timers=(Timer(label="open for", value="1 min 8 s"), Timer(label="nobody heard", value="1 min 3 s", late=True)),
            told=(f"{contact}: text delivered, call ringing", "Mum: text sent"), next_step="everyone unheard again at 23:53:02",
            last_seen=replace(HIGH_ST, age="4 s ago", clock="23:52:06"), battery="58 %", her_number="+44 7700 900188",
        ),
        IncidentRow(
            reference="K742", kind=Badge(text="overdue", tone="alarm"), what="Due 23:30, no answer. Link lost since 23:28.",
            timers=(Timer(label="open for", value="10 min 0 s"),), holder="A contact since 23:46, asked for news at 23:56",
            told=("Contact 1: delivered, is on it", "Contact 2: undelivered, called, no answer"), last_seen=HIGH_ST,
        ),
        IncidentRow(
            reference="D205", kind=Badge(text="no link", tone="watch"), what="Link lost for 10 min, not expected.",
            timers=(Timer(label="open for", value="10 min 4 s"),), no_place="Not shown: nobody may see it at this level.",
        ),
    )  # fmt: skip
    rows = (
        JourneyRow(reference="K742", since="22:59", due="23:30", state=Badge(text="overdue", tone="alarm"),
                   link=Badge(text="lost", tone="alarm")),
        JourneyRow(reference="M310", since="23:40", due="00:15", state=Badge(text="on her way"),
                   link=Badge(text="live", tone="done")),
    )  # fmt: skip
    yield "console", render_console(
        replace(empty, incidents=incidents, journeys=rows, trouble=("Twilio has refused 4 messages since 23:40.",))
    )
    yield "console-quiet", render_console(replace(empty, journeys=rows[1:]))
    yield "signed-out", render_signed_out(SignedOutPage(frame=SANDBOX))


def _errors(words: str) -> Iterator[tuple[str, str]]:
    for status in (400, 401, 403, 404, 405, 409, 429, 500, 503):
        field, detail = ("minutes", f"expected 1 to 60, got {words}") if status == 400 else ("", "")
        retry = "20 s" if status in (429, 503) else ""
        yield (
            f"error-{status}",
            render_error(ErrorPage(frame=SANDBOX, status=status, field=field, detail=detail, retry=retry)),
        )
    yield "exit", render_exit(ExitPage(frame=SANDBOX))
