"""The contact's page and the operators' list in every state."""

from collections.abc import Iterator
from dataclasses import replace

from service.web.pages import (
    Badge,
    ConsolePage,
    ContactPage,
    ContactPinDonePage,
    ContactPinPage,
    IncidentRow,
    JourneyRow,
    LastSeen,
    LinkGonePage,
    LoginPage,
    PolicePage,
    PoliceScript,
    SignedOutPage,
    Timer,
    render_console,
    render_contact,
    render_contact_pin,
    render_contact_pin_done,
    render_link_gone,
    render_login,
    render_police,
    render_signed_out,
)

from .evening import HER_NUMBER, HIGH_ST, REAL, SANDBOX


def contact_states(her: str, contact: str) -> Iterator[tuple[str, str]]:
    quiet = ContactPage(
        frame=REAL,
        here="/c/Vt7kQ2mXw9",
        her=her,
        state="quiet",
        as_of="23:12",
        headline=f"{her} chose you to hear from us if something is wrong.",
    )
    yield "contact-quiet", render_contact(quiet)
    script = PoliceScript(
        her=her,
        going="walking home",
        now="23:52",
        due="23:30",
        seen="at 23:28 near High St, Rochester",
        force="Kent Police",
        force_number="+44 1632 960999",
    )
    concern = replace(
        quiet,
        state="concern",
        headline=f"{her} has not answered us for 5 minutes.",
        since="She left her route at 23:14.",
        as_of="23:20",
        reference="K742",
        reply_code="42",
        holder="Nobody has this yet.",
        battery="41 % at 23:14",
        last_seen=LastSeen(place="near High St, Rochester", clock="23:14", age="6 min ago"),
        her_number=HER_NUMBER,
        script=replace(script, due="23:30", now="23:20"),
    )
    yield "contact-concern", render_contact(concern)
    overdue = replace(
        concern,
        state="overdue",
        headline=f"{her} has not arrived.",
        since="Due 23:30. No answer as of 23:52.",
        as_of="23:52",
        battery="14 % at 23:28",
        last_seen=HIGH_ST,
        destination="home",
        script=script,
        track=(("23:28", "near High St"), ("23:24", "near Crow Lane"), ("23:19", "near Vines Lane")),
    )
    yield "contact-overdue", render_contact(overdue)
    yield "contact-sandbox", render_contact(replace(overdue, frame=SANDBOX))
    yield (
        "contact-mine",
        render_contact(
            replace(
                overdue,
                mine=True,
                holder="You have this since 23:46. We ask you for news at 23:56.",
                said="Thank you. The others are told that somebody is on it.",
            )
        ),
    )
    yield (
        "contact-other-has-it",
        render_contact(
            replace(
                overdue,
                holder="Another contact is on it since 23:46.",
                police="KP-20261121-0457, told us by another contact",
            )
        ),
    )
    yield (
        "contact-nobody",
        render_contact(
            replace(
                overdue,
                headline=f"{her} has not answered, and nobody has taken this.",
                last_seen=None,
                her_number="",
                holder="All her contacts cannot, or did not answer.",
            )
        ),
    )
    alarm = replace(script, due="", alarm="23:14")
    sos = replace(
        overdue, state="sos", headline=f"{her} pressed SOS at 23:14.", since="She asked for help.", script=alarm
    )
    yield "contact-sos", render_contact(sos)
    forced = replace(sos, state="duress", headline=f"{her} may be forced to say she is safe.", since="Since 23:51.")
    yield "contact-duress", render_contact(replace(forced, her_number=""))
    closed = replace(
        quiet,
        state="closed",
        headline=f"Closed: {her}’s PIN was given at 23:51.",
        as_of="23:58",
        reference="K742",
        her_number=HER_NUMBER,
    )
    yield "contact-closed", render_contact(closed)
    yield "contact-gone", render_link_gone(LinkGonePage(frame=REAL))
    pin = ContactPinPage(frame=REAL, here="/c/Vt7kQ2mXw9", her=her)
    yield "contact-pin", render_contact_pin(pin)
    yield "contact-pin-again", render_contact_pin(replace(pin, problem="Try again."))
    yield (
        "contact-pin-done",
        render_contact_pin_done(ContactPinDonePage(frame=REAL, here="/c/Vt7kQ2mXw9", her=her, clock="23:51")),
    )
    police = PolicePage(frame=REAL, here="/c/Vt7kQ2mXw9", her=her)
    yield "contact-police", render_police(police)
    yield "contact-police-again", render_police(replace(police, number=contact * 20, problem="At most 40 signs."))


def console_states(contact: str) -> Iterator[tuple[str, str]]:
    yield "login", render_login(LoginPage(frame=SANDBOX, hint="In the sandbox: maya, lamp-post-river-42."))
    wrong = "That name, password or code is not right."
    yield "login-wrong", render_login(LoginPage(frame=REAL, name=contact, problem=wrong, asks_code=True))
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
            told=(f"{contact}: text delivered, call ringing", "Mum: text sent"),
            next_step="everyone unheard again at 23:53:02",
            last_seen=replace(HIGH_ST, age="4 s ago", clock="23:52:06"),
            battery="58 %",
            her_number="+44 7700 900188",
        ),
        IncidentRow(
            reference="K742",
            kind=Badge(text="overdue", tone="alarm"),
            what="Due 23:30, no answer. Link lost since 23:28.",
            timers=(Timer(label="open for", value="10 min 0 s"),),
            holder="A contact since 23:46, asked for news at 23:56",
            told=("Contact 1: delivered, is on it", "Contact 2: undelivered, called, no answer"),
            last_seen=HIGH_ST,
        ),
        IncidentRow(
            reference="D205",
            kind=Badge(text="no link", tone="watch"),
            what="Link lost for 10 min, not expected.",
            timers=(Timer(label="open for", value="10 min 4 s"),),
            no_place="Not shown: nobody may see it at this level.",
        ),
    )
    rows = (
        JourneyRow(
            reference="K742",
            since="22:59",
            due="23:30",
            state=Badge(text="overdue", tone="alarm"),
            link=Badge(text="lost", tone="alarm"),
        ),
        JourneyRow(
            reference="M310",
            since="23:40",
            due="00:15",
            state=Badge(text="on her way"),
            link=Badge(text="live", tone="done"),
        ),
    )
    yield (
        "console",
        render_console(
            replace(empty, incidents=incidents, journeys=rows, trouble=("Twilio has refused 4 messages since 23:40.",))
        ),
    )
    yield "console-quiet", render_console(replace(empty, journeys=rows[1:]))
    yield "signed-out", render_signed_out(SignedOutPage(frame=SANDBOX))
