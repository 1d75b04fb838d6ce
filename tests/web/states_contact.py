"""The contact's page and the sheet for the police in every state."""

from collections.abc import Iterator
from dataclasses import replace

from service.web.pages import (
    ContactPage,
    ContactPinDonePage,
    ContactPinPage,
    HandoverPage,
    LastSeen,
    Line,
    LinkGonePage,
    Moment,
    PolicePage,
    Script,
    Spot,
    Where,
    render_contact,
    render_contact_pin,
    render_contact_pin_done,
    render_handover,
    render_link_gone,
    render_police,
)

from .evening import HER_NUMBER, HIGH_ST, REAL, SANDBOX

HERE = "/c/Vt7kQ2mXw9"


def contact_states(her: str, contact: str) -> Iterator[tuple[str, str]]:
    nothing = ContactPage(
        frame=REAL,
        here=HERE,
        her=her,
        state="nothing",
        as_of="23:12",
        headline=f"{her} chose you as a contact.",
    )
    yield "contact-nothing", render_contact(nothing)
    quiet = replace(nothing, state="quiet", headline=f"{her} is on her way.", since="Since 23:00, due 23:30")
    yield "contact-quiet", render_contact(quiet)
    watching = replace(
        quiet,
        state="watching",
        headline=f"You are walking with {her}.",
        how="On her way",
        phone="live, battery 9%",
        where=Where(asks=True),
        her_number=HER_NUMBER,
    )
    yield "contact-watching", render_contact(watching)
    yield "contact-watching-looks", render_contact(replace(watching, see="1.x", where=Where(seen=HIGH_ST)))
    yield from _alarms(quiet, her, contact)
    closed = replace(
        nothing,
        state="closed",
        headline=f"Closed: {her}’s PIN was given at 23:51.",
        as_of="23:58",
        reference="K742",
        her_number=HER_NUMBER,
    )
    yield "contact-closed", render_contact(closed)
    arrived = replace(closed, headline=f"{her} has arrived.", since="At 23:31", reference="")
    yield "contact-arrived", render_contact(arrived)
    yield "contact-gone", render_link_gone(LinkGonePage(frame=REAL))
    pin = ContactPinPage(frame=REAL, here=HERE, her=her)
    yield "contact-pin", render_contact_pin(pin)
    yield "contact-pin-again", render_contact_pin(replace(pin, problem="Try again."))
    yield (
        "contact-pin-done",
        render_contact_pin_done(ContactPinDonePage(frame=REAL, here=HERE, her=her, clock="23:51")),
    )
    police = PolicePage(frame=REAL, here=HERE, her=her, see="1.x")
    yield "contact-police", render_police(police)
    yield "contact-police-again", render_police(replace(police, number=contact * 20, problem="At most 40 signs."))


def _alarms(quiet: ContactPage, her: str, contact: str) -> Iterator[tuple[str, str]]:
    script = Script(
        case="concern",
        her=her,
        going="walking",
        now="23:20",
        due="23:30",
        seen="23:14",
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
        phone="last heard at 23:14, 6 min ago, battery 41%",
        where=Where(street_only=True, asks=True),
        her_number=HER_NUMBER,
        script=script,
    )
    yield "contact-concern", render_contact(concern)
    street = LastSeen(place="near High St, Rochester", clock="23:14", age="6 min ago")
    yield "contact-concern-looks", render_contact(replace(concern, where=Where(street_only=True, seen=street)))
    there = replace(
        script,
        case="overdue",
        late=True,
        now="23:52",
        going="walking home",
        seen="23:28",
        street="near High St, Rochester",
        position="51.38912 north, 0.50441 east, within 12 metres",
    )
    track = (("23:28", "51.38912, 0.50441"), ("23:24", "51.38790, 0.50390"), ("23:19", "51.38600, 0.50310"))
    overdue = replace(
        concern,
        state="overdue",
        headline=f"{her} has not arrived.",
        since="Due 23:30. No answer as of 23:52.",
        as_of="23:52",
        see="1.x",
        phone="last heard at 23:28, 24 min ago, battery 14%",
        where=Where(seen=HIGH_ST, track=track),
        destination="home",
        script=there,
    )
    yield "contact-overdue", render_contact(overdue)
    forced = replace(overdue, forced=True, her_number="", script=replace(there, forced=True))
    yield "contact-overdue-forced", render_contact(forced)
    before = replace(overdue, see="", where=Where(asks=True), script=replace(there, street="", position=""))
    yield "contact-overdue-before", render_contact(before)
    unwritten = Where(asks=True, note="Her place cannot be shown at this moment. Please try again.")
    yield "contact-overdue-unwritten", render_contact(replace(before, where=unwritten))
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
    told = "Told at 23:50 by another contact, number KP-20261121-0457, not confirmed"
    yield (
        "contact-other-has-it",
        render_contact(replace(overdue, holder="Another contact is on it since 23:46.", police=told)),
    )
    card = (("Full name", f"{her} Kessler"), ("Looks like", f"green parka, like {contact}"), ("Health", "asthma"))
    yield (
        "contact-nobody",
        render_contact(
            replace(
                overdue,
                headline=f"{her} has not answered, and nobody has taken this.",
                where=Where(note="Her phone has not told us a place."),
                her_number="",
                holder="All her contacts cannot, or did not answer.",
                card=card,
                handover=True,
                script=replace(there, looks="green parka", health="asthma", danger=contact, reference="CR/1"),
            )
        ),
    )
    placeless = replace(there, going="walking", street="", position="")
    yield "contact-placeless", render_contact(replace(overdue, where=None, see="", destination="", script=placeless))
    sos = replace(
        overdue,
        state="sos",
        headline=f"{her} pressed SOS at 23:14.",
        since="She asked for help.",
        handover=True,
        script=replace(there, case="sos", alarm="23:14"),
    )
    yield "contact-sos", render_contact(sos)
    yield "contact-sos-invited", render_contact(replace(sos, answers=False, where=None, see="", handover=False))
    forced = replace(
        sos,
        state="duress",
        headline=f"{her} may be forced to say she is safe.",
        since="Since 23:51.",
        her_number="",
        script=replace(there, case="duress", alarm="23:51"),
    )
    yield "contact-duress", render_contact(forced)


def handover_states(her: str, contact: str) -> Iterator[tuple[str, str]]:
    """The sheet for the police, before the place is on it, with all of it, and under duress."""
    sheet = HandoverPage(
        frame=REAL,
        here=f"{HERE}/handover",
        back=HERE,
        her=f"{her} Kessler",
        reference="K742",
        what=f"{her} has not arrived and does not answer.",
        date="Saturday 21 November 2026",
        zone="GMT",
        made=Moment(utc="23:52:10", local="23:52:10"),
        made_by=f"{contact}, a contact {her} chose",
        person=(("Known as", her), ("Phone", HER_NUMBER), ("Description", "1.70 m, green parka, red scarf")),
        happened=(
            Line(when=Moment(utc="23:00:00", local="23:00:00"), words="She set off"),
            Line(when=Moment(utc="23:35:00", local="23:35:00"), words="Overdue: her contacts were told"),
        ),
        told=(f"{contact}: told at 23:35, is on it at 23:46", "Contact 2: told at 23:35, no answer yet"),
        police=("3107: told at 23:50 by another contact, not confirmed",),
        see=f"{HERE}/see",
        asks=True,
    )
    yield "handover-before", render_handover(sheet)
    spot = Spot(
        when=Moment(utc="23:28:04", local="23:28:04"), latitude="51.38912", longitude="0.50441", accuracy="12 m"
    )
    whole = replace(
        sheet,
        asks=False,
        fix=(("Last position", "51.38912, 0.50441"), ("Accuracy", "within 12 m"), ("Direction", "north-east")),
        track=tuple(spot for _ in range(12)),
    )
    yield "handover", render_handover(whole)
    yield "handover-duress", render_handover(replace(whole, warning="Do NOT ring or text her phone."))
