"""SAFE? from somebody who has said YES: whether she is on a journey, and nothing more. Once an hour for each traveller,
and shown to her: beside the looks of that journey, or on her account when there is none that he may know of.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from service.house import House
from service.journey.company import SAFE
from service.journey.cover import shown_to, shown_to_her
from service.journey.model import Journey, JourneyKind
from service.people.directory import HOUR_S, Known
from service.people.editing import Edit, edited
from service.people.looking import NotWritten, look
from service.people.model import Asked, Contact, ContactState, Traveller
from service.rows import UnreadableRow
from service.telling import called
from service.watch import NoSuchJourney

from . import replying

ASKED_KEPT = 32


async def asked(house: House, number: str, people: Sequence[tuple[Known, Contact]], sid: str) -> None:
    """Answers for all travellers whose contact this is, in one text."""
    confirmed = [(k, c) for k, c in people if c.state is ContactState.CONFIRMED]
    on: list[str] = []
    off: list[str] = []
    if not confirmed or not await _may_ask(house, number, sid, confirmed):
        return
    for known, contact in confirmed:
        account = await house.watch.account(known.traveller)
        try:
            there = await _is_on(house, account, contact.id)
        except NotWritten:  # what she could not be shown is not told
            continue
        (on if there else off).append(called(account))
    if on or off:
        first, contact = confirmed[0]
        await replying.send(
            house, first.traveller, contact.id, sid, "safe", on=replying.names(on), off=replying.names(off)
        )


async def noted(house: House, people: Sequence[tuple[Known, Contact]]) -> None:
    """SAFE? from somebody with an alarm that her own screens do not show: for him it is a word about that alarm; on her
    screens it has to stand where it would stand without one."""
    for known, contact in people:
        account = await house.watch.account(known.traveller)
        journey = await _live(house, account)
        if contact.state is not ContactState.CONFIRMED or journey is None or journey.shadow is None:
            continue
        if shown_to_her(journey).alarm is None and not _asked_lately(account, contact.id, house.clock.now()):
            await _is_on(house, account, contact.id)


def _asked_lately(account: Traveller, contact: str, now: float) -> bool:
    return any(a.by == contact and now - a.at < HOUR_S for a in account.asked)


async def _may_ask(house: House, number: str, sid: str, confirmed: Sequence[tuple[Known, Contact]]) -> bool:
    """Once an hour about the same people; somebody new among them makes it another question."""
    about = f"safe/{'/'.join(sorted(known.traveller for known, _ in confirmed))}"
    return await replying.may_reply(house, number, sid, about=about, once_in_s=HOUR_S)


async def _is_on(house: House, account: Traveller, contact: str) -> bool:
    """Whether she is, as this contact may know it. That he asked is on disk, for her, before he is answered: beside the
    journey where her screens show one under way, else on her account. Her cover story decides, not his: whoever holds
    her phone must not read from it where a question is kept."""
    journey = await _live(house, account)
    there = journey is not None and _on(shown_to(journey, contact))
    if journey is not None and _on(shown_to_her(journey)):
        await look(house, journey.id, contact, lambda _: SAFE)
        return there

    def write(before: Traveller, now: float) -> Edit:
        return Edit(replace(before, asked=(*before.asked, Asked(now, contact))[-ASKED_KEPT:]))

    await edited(house, account.id, "safe_asked", write)
    return there


async def _live(house: House, account: Traveller) -> Journey | None:
    if account.live is None:
        return None
    try:
        return (await house.watch.look(account.live)).journey
    except (NoSuchJourney, UnreadableRow):
        return None


def _on(view: Journey) -> bool:
    return view.under_way and view.plan.kind is not JourneyKind.SOS
