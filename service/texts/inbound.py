"""A text that came in: whose it is, what it does, what it is answered. Everything is on disk before this returns.

A repeated message (the same SID) does nothing twice. Unknown numbers get no reply, and nothing of theirs is kept.
docs/sms.md says it for people.
"""

from collections.abc import Sequence

from alerts.ladder import Said
from alerts.receipts import Inbound
from service.house import House
from service.people.consenting import confirm, contacts_at, invited_by, leave, never_again, started, stopped
from service.people.directory import Known
from service.people.model import Contact, ContactState, Traveller
from service.telling import called
from service.watch import NoSuchJourney

from . import asking_safe, her_texts, replying, their_texts, words
from .their_texts import Alert, People


async def hear(house: House, inbound: Inbound) -> None:
    """Does what one text asks. Answers travel through the outbox like everything else."""
    number, sid, body = inbound.sender, inbound.sid, inbound.body
    match words.carrier(body, inbound.opt_out):
        case "STOP":
            await stopped(house, number)
            return
        case "START":
            await started(house, number)
            if not words.is_yes(body):
                return
    account = await _account(house, number)
    people = await contacts_at(house, number)
    gone = await _gone(house, number)
    if (account is None and not people and not gone) or await replying.is_done(house, number, sid):
        return
    if not await _hers(house, account, people, body, sid):
        await _theirs(house, number, account, people, gone, body, sid)
    await replying.done(house, number, sid)


async def _account(house: House, number: str) -> Traveller | None:
    traveller = await house.directory.traveller_of(number)
    if traveller is None:
        return None
    try:
        account = await house.watch.account(traveller)
    except NoSuchJourney:
        return None
    return account if account.number == number and account.devices and account.erased_at is None else None


async def _gone(house: House, number: str) -> list[tuple[Known, Contact]]:
    """Those whose contact this number was until it left."""
    found = []
    for known in await house.directory.contact_of(number):
        try:
            contact = (await house.watch.account(known.traveller)).contact(known.contact)
        except NoSuchJourney:
            continue
        if contact is not None and contact.number == number and contact.state is ContactState.LEFT:
            found.append((known, contact))
    return found


async def _hers(house: House, account: Traveller | None, people: People, body: str, sid: str) -> bool:
    """Whether the text was hers, and then it is done. From a number that is a contact's as well an OK that is bare, or
    stands with the alert's two digits ("42 10 min"), answers the alert; her PIN, MORE, HOME, HELP and WALK 30 are hers
    in any case."""
    word = words.hers(body) if account is not None else None
    if account is None or word is None:
        return False
    if not word.surely or word.word is words.HerWord.OK:
        alerts, _ = await their_texts.alerts_of(house, account.number, people)
        pieced = word.pin not in words.pieces(body)
        if alerts and (not word.surely or (pieced and {a.code for a in alerts} & set(words.short_numbers(body)))):
            return False
    if not word.surely and words.is_yes(body) and await _consented(house, account.number, sid):
        return True
    await her_texts.heard(house, account, word, sid)
    return True


async def _theirs(
    house: House,
    number: str,
    account: Traveller | None,
    people: People,
    gone: Sequence[tuple[Known, Contact]],
    body: str,
    sid: str,
) -> None:
    """Everything else: about themselves first, then about an alert, a test, how she is, an alert that is over."""
    asked = [(k, c) for k, c in people if c.state is ContactState.INVITED]
    if words.is_never(body) and (gone or asked):
        await _never(house, number, [*asked, *gone], sid)
        return
    alerts, closed = await their_texts.alerts_of(house, number, people)
    consented = words.is_yes(body) and await _consented(house, number, sid)
    if words.is_leave(body) and people:
        await _leave(house, number, body, alerts, people, sid)
    elif consented:
        return
    elif alerts:
        if words.asks_safe(body):
            await asking_safe.noted(house, people)
        await their_texts.heard(house, number, body, sid, alerts, people)
    elif await their_texts.tested(house, number, _test_codes(body), sid, people):
        return
    elif people and words.asks_safe(body):
        await asking_safe.asked(house, number, people, sid)
    elif closed:
        await their_texts.about_what_is_over(house, number, body, sid, closed)
    elif account is not None:
        await her_texts.not_understood(house, account, sid)


async def _consented(house: House, number: str, sid: str) -> bool:
    known = await invited_by(house, number)
    return known is not None and await confirm(house, known, number, sid)


def _test_codes(body: str) -> list[str | None]:
    """What may answer a test alarm: two digits, or GOT IT without any."""
    codes: list[str | None] = list(words.short_numbers(body))
    return codes or ([None] if words.theirs(body, ()).said is Said.TAKEN else [])


async def _leave(house: House, number: str, body: str, alerts: Sequence[Alert], people: People, sid: str) -> None:
    """The alert in question if there is one, else everybody who has this number. One answer: what that means, and what
    STOP would do."""
    leaving = [known for known, _ in people]
    if alerts:
        codes = words.short_numbers(body)
        leaving = [next((a for a in alerts if a.code in codes), alerts[0]).known]
    names = []
    for known in leaving:
        names.append(called(await house.watch.account(known.traveller)))
        await leave(house, known)
    if await replying.may_reply(house, number, sid):
        first = leaving[0]
        await replying.send(house, first.traveller, first.contact, sid, "left", off=replying.names(names))


async def _never(house: House, number: str, asking: People, sid: str) -> None:
    """After LEAVE, or to an invitation: nobody can ask this number any more. Whoever has asked is not told."""
    still = await never_again(house, number)
    if await replying.may_reply(house, number, sid, about="never"):
        first = asking[0][0]
        on = {"on": "others"} if still else {}
        await replying.send(house, first.traveller, first.contact, sid, "never", **on)
