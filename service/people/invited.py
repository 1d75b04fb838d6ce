"""Whoever opens an invitation's link: a number is keyed, a code goes to it, the code is keyed. That is a YES, or a "never
by anyone", which only the number itself can say. Opening it changes nothing; what she calls this person stays hers.
"""

from dataclasses import dataclass

from msgspec.structs import replace

from alerts.notice import Kind, Notice, of_account
from service.house import House
from service.rows import UnreadableRow, traveller_row
from service.tokens import Sealer, new_id, new_passcode, same

from .consenting import confirm, never_again
from .directory import Known
from .editing import Edit, edited, learned
from .inviting import granted, may_be_texted, number_of, waits_for_answer
from .model import Contact, ContactState, Proving, Traveller
from .refusals import Refused, Why

CODE_S = 600.0
MOST_TRIES = 5
MOST_KEYED = 10
"""How many numbers may be keyed on one invitation: it is no way to try out whom she knows."""
_WRONG = "expected the code we sent, within ten minutes"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that opens: whose, and for which contact of hers."""

    token: str
    account: Traveller
    contact: Contact

    @property
    def known(self) -> Known:
        return Known(self.account.id, self.contact.id)

    def proving(self, now: float) -> Proving | None:
        """The number whose code may be keyed now."""
        proving = self.contact.proving
        return proving if proving is not None and now < proving.expires_at else None


async def find(house: House, token: str) -> Invitation | None:
    """What a link opens, verified against the row it names; None for every reason alike. Whoever she has removed on
    her screen is not asked any more, whatever the PIN was."""
    known = await house.directory.invitation(token) or Known("nobody", "nobody")
    [row] = await house.store.load([known.traveller])
    right = same(house.sealer.invite_token(known.traveller, known.contact), token)
    if row is None or not right:
        return None
    try:
        account = traveller_row(row.key, row.value)
    except UnreadableRow:
        return None
    contact = account.contact(known.contact)
    if contact is None or account.erased_at is not None or not waits_for_answer(contact, house.clock.now()):
        return None
    if not any(shown.id == contact.id for shown in account.shown_contacts):
        return None
    return Invitation(token, account, contact)


async def send_code(house: House, invitation: Invitation, typed: str) -> None:
    """Sends a code to the number that was keyed, or to the one she gave. It counts as an invitation to that number.

    Raises Refused: INVALID and ALREADY name the field `number`, TOO_MANY is about the `page` where too many were keyed.
    """
    account, now = invitation.account, house.clock.now()
    number = number_of(house, typed) if typed or not invitation.contact.number else invitation.contact.phone
    on_its_way = invitation.proving(now)
    if on_its_way is not None and on_its_way.number == number and on_its_way.tries < MOST_TRIES:
        return  # the button was pressed twice
    await _keyed(house, invitation, number)
    await granted(house, account.id, number, "invitation")
    passcode, texted = new_passcode(), await may_be_texted(house, number)
    code_hash = _kept(house.sealer, invitation.known, passcode)

    def write(before: Traveller, now: float) -> Edit:
        contact = _still_asked(before, invitation.contact.id, now)
        _may_be(before, contact, number)
        proving = Proving(number=str(number), code_hash=code_hash, expires_at=now + CODE_S)
        after = learned(before, replace(contact, proving=proving))
        return Edit(after, (_code(before, contact, passcode, now),) if texted else ())

    await edited(house, account.id, "contact_code", write)


async def agree(house: House, invitation: Invitation, code: str) -> None:
    """The code was keyed: the same as a YES from that number. Raises Refused(WRONG_CODE)."""
    number = await _proved(house, invitation, code)
    if await house.directory.never(number) or not await confirm(house, invitation.known, number, new_id()):
        raise Refused(Why.WRONG_CODE, _WRONG, field="code")


async def never(house: House, invitation: Invitation, code: str) -> None:
    """The code was keyed, and nobody may ask this number again. She is not told. Raises Refused(WRONG_CODE)."""
    number = await _proved(house, invitation, code)
    await house.directory.drop_invitation(invitation.token)
    await never_again(house, number)


async def _keyed(house: House, invitation: Invitation, number: str) -> None:
    """Counts a number that was keyed, before anything is said of it. From here on a YES from it is an answer too, even
    where we send it no code."""
    contact_id, before = invitation.contact.id, invitation.contact.proving

    def count(before: Traveller, now: float) -> Edit:
        contact = _still_asked(before, contact_id, now)
        if contact.keyed >= MOST_KEYED:
            raise Refused(Why.TOO_MANY, "too many numbers were keyed on this page", field="number", about="page")
        return Edit(learned(before, replace(contact, keyed=contact.keyed + 1)))

    def write(before: Traveller, now: float) -> Edit:
        contact = _still_asked(before, contact_id, now)
        _may_be(before, contact, number)
        proving = Proving(number=str(number), code_hash=b"", expires_at=now)
        return Edit(learned(before, replace(contact, proving=proving)))

    await edited(house, invitation.account.id, "contact_code", count)
    await edited(house, invitation.account.id, "contact_code", write)
    await house.directory.add_contact(number, invitation.account.id, contact_id)
    if before is not None and before.number not in (number, invitation.contact.number):
        await house.directory.drop_contact(before.number, invitation.account.id, contact_id)


async def _proved(house: House, invitation: Invitation, code: str) -> str:
    """The number this code was sent to. The try is counted before it is judged, in the same commit."""
    asked = _kept(house.sealer, invitation.known, "".join(code.split()))

    def write(before: Traveller, now: float) -> Edit:
        contact = _still_asked(before, invitation.contact.id, now)
        proving = contact.proving
        if proving is None:
            return Edit(None, answer="")
        fits = same(asked, proving.code_hash) and now < proving.expires_at and proving.tries < MOST_TRIES
        tried = replace(proving, tries=proving.tries + 1)
        return Edit(learned(before, replace(contact, proving=tried)), answer=proving.number if fits else "")

    number: str = await edited(house, invitation.account.id, "contact_code", write)
    if not number:
        raise Refused(Why.WRONG_CODE, _WRONG, field="code")
    return number


def _still_asked(account: Traveller, contact_id: str, now: float) -> Contact:
    contact = account.contact(contact_id)
    if contact is None or not waits_for_answer(contact, now):
        raise Refused(Why.NOT_FOUND, "expected an invitation that still counts")
    return contact


def _may_be(account: Traveller, contact: Contact, number: str) -> None:
    """Raises Refused for a number that cannot be this contact's."""
    if number == account.number:
        detail = "expected somebody else's number, got that of whoever asks"
        raise Refused(Why.INVALID, detail, field="number", about="hers")
    if contact.number and contact.number != number:
        detail = "expected the number that whoever asks has given us"
        raise Refused(Why.INVALID, detail, field="number", about="other")
    others = {c.number for c in account.shown_contacts if c.id != contact.id and c.state is not ContactState.LEFT}
    if number in others:
        raise Refused(Why.ALREADY, "expected a number that is not a contact yet", field="number")


def _code(account: Traveller, contact: Contact, passcode: str, now: float) -> Notice:
    extra, rung = {"passcode": passcode}, f"code@{now:.3f}"
    return of_account(account.id, Kind.CODE, contact.id, rung, now, urgency=1, valid_s=CODE_S, extra=extra)


def _kept(sealer: Sealer, known: Known, passcode: str) -> bytes:
    """What is kept of a code: keyed, since six digits alone could be tried out by whoever reads the store."""
    return sealer.blind("contact-code", f"{known.traveller}/{known.contact}/{passcode}").encode()
