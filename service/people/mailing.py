"""A contact's e-mail address: given by her, asked about by one mail, proved by its reader, stopped by him.

The question goes out once he has said YES to being a contact, and no sooner. Its page wants the last digits of his number:
a letter that went to somebody else of that name proves nothing. Whatever her PIN was, the question goes to the address
that her screen shows, and what its reader says is seen there; alerts of those on her SOS list go by what is true.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from msgspec.structs import replace

from alerts.contact import Channel
from alerts.notice import Kind, Notice, of_account
from service.house import House
from service.journey import companions
from service.journey.model import Journey
from service.journey.turn import Outcome
from service.rows import UnreadableRow, traveller_row
from service.tokens import same

from .directory import Known
from .editing import Edit, edited
from .model import Contact, ContactState, Mail, Traveller
from .refusals import Refused, Why, invalid

RUNG = "mail"
VALID_S = 86_400.0
DIGITS = 4
"""How many of the last digits of his number prove that it is he who reads his mail."""
MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Question:
    """A link that opens: whose contact is asked about which address."""

    token: str
    account: Traveller
    contact: Contact
    mail: Mail

    @property
    def worn_out(self) -> bool:
        return self.mail.tries >= MOST_TRIES


def check(house: House, address: str | None) -> None:
    """Raises Refused for an address where no mail is sent at all."""
    if address and not house.settings.mails:
        raise invalid("email", "this deployment sends no e-mail")


def to_ask(contact: Contact | None) -> Mail | None:
    """The address that its reader has to be asked about, now that he has said YES to being a contact."""
    if contact is None or contact.state is not ContactState.CONFIRMED or contact.mail is None:
        return None
    return contact.mail if contact.mail.proved_at is None else None


async def granted(house: House, account: Traveller, contact: Contact, mail: Mail) -> None:
    """Takes one mail to an address that nobody has proved, as an invitation is one. Raises Refused."""
    directory, name, now = house.directory, _name(mail.address), house.clock.now()
    wait_s = await directory.may_invite(name, account.id, now)
    if wait_s is None:
        wait_s = await directory.may_send(RUNG, now)
    if wait_s is None:
        wait_s = await directory.invited(name, account.id, now)
    if wait_s is not None:
        raise Refused(Why.TOO_MANY, "this address has been asked enough", field="email", wait_s=wait_s)
    await directory.add_invitation(house.sealer.mail_token(account.id, contact.id, mail.id), account.id, contact.id)


async def granted_quietly(house: House, account: Traveller, contact: Contact, mail: Mail) -> bool:
    """The same where nobody waits for an answer."""
    with suppress(Refused):
        await granted(house, account, contact, mail)
        return True
    return False


def question(house: House, account: Traveller, contact: str, mail: Mail, now: float) -> Notice:
    """The one mail that asks."""
    link = f"{house.public_url}/m/{house.sealer.mail_token(account.id, contact, mail.id)}"
    extra = {"mail": mail.id, "link": link}
    rung = f"{RUNG}@{now:.3f} {mail.id}"
    return of_account(account.id, Kind.INVITE, contact, rung, now, channel=Channel.EMAIL, valid_s=VALID_S, extra=extra)


def asked(account: Traveller, contact: str, mail: Mail, now: float) -> Traveller:
    """`account` once the question is on its way."""
    return _with_mail(account, contact, mail.id, lambda m: replace(m, asked_at=now, tries=0))


async def find(house: House, token: str) -> Question | None:
    """What a link opens, verified against the row it names; None for every reason alike."""
    known = await house.directory.invitation(token) or Known("nobody", "nobody")
    [row] = await house.store.load([known.traveller])
    if row is None:
        return None
    try:
        account = traveller_row(row.key, row.value)
    except UnreadableRow:
        return None
    contact = next((c for c in account.shown_contacts if c.id == known.contact), None)
    mail = contact.mail if contact is not None else None
    right = house.sealer.mail_token(known.traveller, known.contact, mail.id if mail is not None else "")
    if not same(right, token) or contact is None or mail is None or account.erased_at is not None:
        return None
    return Question(token, account, contact, mail) if contact.state is ContactState.CONFIRMED else None


async def agree(house: House, question: Question, digits: str) -> None:
    """It is his, and he wants to be told there. The try is counted before it is judged, in the same commit. Raises
    Refused(WRONG_CODE) for other digits than his number ends in, and NOT_FOUND."""
    contact_id, mail_id = question.contact.id, question.mail.id
    typed = "".join(c for c in digits if c.isdecimal())

    def count(account: Traveller, now: float) -> Edit:
        contact, mail = _still_asked(account, contact_id, mail_id)
        right = same(typed, contact.number[-DIGITS:]) and mail.tries < MOST_TRIES
        tried = _with_mail(account, contact_id, mail_id, lambda m: replace(m, tries=m.tries + 1))
        return Edit(tried, answer=right)

    if not await edited(house, question.account.id, "contact_mail", count):
        raise Refused(Why.WRONG_CODE, f"expected the last {DIGITS} digits of the number", field="digits")
    await _said(house, question, yes=True)
    await house.directory.invitations_answered(_name(question.mail.address))


async def stop(house: House, question: Question) -> None:
    """No mail goes there any more, from her; texts and calls go on. She sees it. Raises Refused(NOT_FOUND)."""
    await _said(house, question, yes=False)


async def _said(house: House, question: Question, *, yes: bool) -> None:
    """In a journey under way it counts at once, in a running alarm too, where that goes by this address."""
    contact_id, mail_id = question.contact.id, question.mail.id
    real = question.account.contact(contact_id)
    counts = real is not None and real.mail is not None and real.mail.id == mail_id

    def write(account: Traveller, now: float) -> Edit:
        _still_asked(account, contact_id, mail_id)
        proved_at, stopped_at = (now, None) if yes else (None, now)
        return Edit(
            _with_mail(
                account,
                contact_id,
                mail_id,
                lambda m: replace(m, proved_at=proved_at, stopped_at=stopped_at, tries=0),
            )
        )

    def follow(journey: Journey, now: float) -> Outcome:
        return companions.mailed(journey, contact_id, by_mail=yes)

    await edited(house, question.account.id, "contact_mail", write, follow if counts else None)


async def forgotten(house: House, account: Traveller, contact: Contact) -> None:
    """The page of an address that is no contact's any more opens nothing; its row went first."""
    if contact.mail is not None:
        await house.directory.drop_invitation(house.sealer.mail_token(account.id, contact.id, contact.mail.id))


def _still_asked(account: Traveller, contact_id: str, mail_id: str) -> tuple[Contact, Mail]:
    contact = next((c for c in account.shown_contacts if c.id == contact_id), None)
    if contact is None or contact.mail is None or contact.mail.id != mail_id:
        raise Refused(Why.NOT_FOUND, "expected an address that is still this contact's")
    return contact, contact.mail


def _with_mail(account: Traveller, contact: str, mail: str, change: Callable[[Mail], Mail]) -> Traveller:
    """`change` to this address wherever it stands: in what is true, and in what her screen shows."""

    def fit(contacts: tuple[Contact, ...]) -> tuple[Contact, ...]:
        return tuple(
            replace(c, mail=change(c.mail)) if c.id == contact and c.mail is not None and c.mail.id == mail else c
            for c in contacts
        )

    cover = None if account.cover is None else fit(account.cover)
    return replace(account, contacts=fit(account.contacts), cover=cover)


def _name(address: str) -> str:
    """As the directory counts it, beside numbers."""
    return f"mailto:{address.lower()}"
