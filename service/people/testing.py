"""A test alarm to one contact, and how far it came: asked for by her, measured by the provider's receipts, answered by
two digits. Harmless, so it takes no PIN; counted, so it is no toy. While an alarm is open there is none.
"""

from msgspec.structs import replace

from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.notice import Kind, Notice, of_account
from alerts.receipts import raises
from service.house import House
from service.journey.cover import shown_to, shown_to_her
from service.watch import NoSuchJourney

from .consenting import contacts_at
from .directory import Known
from .editing import Edit, edited, learned
from .model import Contact, ContactState, Test, Traveller
from .plans import as_told
from .refusals import Refused, Why

BETWEEN_S = 600.0
MOST_A_DAY = 5
DAY_S = 86_400.0
RUNG = "test"
WAITING, ANSWERED = "waiting", "answered"


async def begin(house: House, account: Traveller, contact_id: str) -> Contact:
    """Sends a test alarm by this contact's first channel. Raises Refused."""
    contact = _known(account, contact_id)
    channel = _channel(house, contact)
    _may_be_tested(account, contact, house.clock.now())
    alarmed = await _knows_of_an_alarm(house, account, contact)
    code = await house.directory.reserve_test_code(contact.number, account.id, contact.id, house.clock.now())
    if contact.test is not None:
        await house.directory.free_test_code(contact.number, contact.test.code, account.id, contact.id)

    def write(before: Traveller, now: float) -> Edit:
        now_is = _known(before, contact_id)
        _may_be_tested(before, now_is, now)
        notice = _notice(before, contact_id, channel, code, now, alarmed=alarmed)
        real = before.contact(contact_id)
        if real is None:
            raise Refused(Why.NOT_FOUND, "expected the id of one of her contacts")
        after = learned(before, replace(real, test=Test(id=notice.id, sent_at=now, channel=channel, code=code)))
        tests_at = (*(at for at in before.tests_at if now - at < DAY_S), now)
        return Edit(replace(after, tests_at=tests_at), (notice,), _known(after, contact_id))

    begun: Contact = await edited(house, account.id, "contact_test", write)
    return begun


def followed(account: Traveller, notice_id: str, delivery: Delivery, now: float) -> Traveller | None:
    """`account` when the test behind this notice has come further, else None. Only what raises the rank counts."""
    contact = next((c for c in account.contacts if c.test is not None and c.test.id == notice_id), None)
    if contact is None or contact.test is None:
        return None
    test, before = contact.test, contact.test.state
    if before == ANSWERED or (before != WAITING and not raises(Delivery(before), delivery)):
        return None
    test = replace(test, state=delivery.value)
    if test.accepted_at is None and delivery is not Delivery.FAILED:
        test = replace(test, accepted_at=now)
    match delivery:
        case Delivery.DELIVERED | Delivery.READ:
            test = replace(test, delivered_at=test.delivered_at or now)
            return learned(account, replace(contact, test=test, tested_at=now))
        case Delivery.UNDELIVERED | Delivery.FAILED:
            test = replace(test, failed_at=now)
    return learned(account, replace(contact, test=test))


def is_too_old(notice: Notice, now: float) -> bool:
    """A test that could not go in time is not made up for: she has looked away, or something has really happened."""
    return notice.rung.startswith(f"{RUNG}@") and now > notice.due_at + notice.valid_s


def rung_of(notice_id: str) -> str:
    """What a message that belongs to no journey is: the word before its instant ("test", "consent", "code")."""
    return "".join(notice_id.split("/")[2:3]).partition("@")[0]


async def reported(house: House, traveller: str, notice_id: str, delivery: Delivery) -> None:
    """A receipt; only those of tests change anything. Raises NoSuchJourney for an unknown account."""
    if rung_of(notice_id) != RUNG:
        return

    def write(account: Traveller, now: float) -> Edit:
        return Edit(followed(account, notice_id, delivery, now))

    await edited(house, traveller, "contact_test", write)


async def test_answered(house: House, number: str, code: str | None) -> bool:
    """A text from `number`: the two digits of a test of the last day, or GOT IT (`code` None). Whether there was one to
    answer; ask for open alerts first, they go before."""
    now = house.clock.now()
    waiting = [(c.test.sent_at, k, c) for k, c in await contacts_at(house, number) if c.test and _waits(c.test, now)]
    for _, known, contact in sorted(waiting, key=lambda one: one[0], reverse=True):
        if contact.test is not None and code in (None, contact.test.code):
            return await answered(house, known, contact.test.id)
    return False


async def answered(house: House, known: Known, notice_id: str) -> bool:
    """This contact has answered: the digits, GOT IT, or a key pressed in the call."""

    def write(account: Traveller, now: float) -> Edit:
        contact = account.contact(known.contact)
        if contact is None or contact.test is None or contact.test.id != notice_id or not _waits(contact.test, now):
            return Edit(None, answer=None)
        test = replace(contact.test, state=ANSWERED, answered_at=now)
        return Edit(learned(account, replace(contact, test=test, tested_at=now)), answer=contact)

    contact: Contact | None = await edited(house, known.traveller, "contact_test", write)
    if contact is None or contact.test is None:
        return False
    await house.directory.free_test_code(contact.number, contact.test.code, known.traveller, known.contact)
    return True


def _waits(test: Test, now: float) -> bool:
    return test.state != ANSWERED and now - test.sent_at <= DAY_S


def _known(account: Traveller, contact_id: str) -> Contact:
    found = next((c for c in account.shown_contacts if c.id == contact_id), None)
    if found is None:
        raise Refused(Why.NOT_FOUND, "expected the id of one of her contacts")
    if found.state is not ContactState.CONFIRMED:
        raise Refused(Why.NOBODY_TO_TELL, "expected a contact who has said YES")
    return found


def _may_be_tested(account: Traveller, contact: Contact, now: float) -> None:
    """Raises Refused while it is too soon."""
    if contact.test is not None and now - contact.test.sent_at < BETWEEN_S:
        raise Refused(Why.TOO_MANY, "expected ten minutes between tests", wait_s=contact.test.sent_at + BETWEEN_S - now)
    recent = [at for at in account.tests_at if now - at < DAY_S]
    if len(recent) >= MOST_A_DAY:
        raise Refused(Why.TOO_MANY, f"expected at most {MOST_A_DAY} tests a day", wait_s=min(recent) + DAY_S - now)


def _channel(house: House, contact: Contact) -> Channel:
    """The first of this contact's ways that gets there at all. Not mail: its test is the question that proved it."""
    ways = [way for way in as_told(contact, calls=house.gateway.rings).channels if way is not Channel.EMAIL]
    open_ways = [way for way in ways if way is not Channel.SMS or contact.reachable_by_sms]
    if not open_ways:
        raise Refused(Why.NOBODY_TO_TELL, "this person takes no texts from us, and we carry no calls")
    return open_ways[0]


async def _knows_of_an_alarm(house: House, account: Traveller, contact: Contact) -> bool:
    """Whether this contact may have been told of an alarm that her screen does not show. One that it does show is no
    time for tests: raises Refused."""
    told = False
    for key in account.journeys_open:
        try:
            journey = (await house.watch.look(key)).journey
        except NoSuchJourney:
            continue
        hers = shown_to_her(journey)
        if hers.alarm is not None or hers.sos is not None:
            raise Refused(Why.JOURNEY_UNDER_WAY, "expected no open alarm", about=key)
        told = told or shown_to(journey, contact.id).alarm is not None
    return told


def _notice(account: Traveller, to: str, channel: Channel, code: str, now: float, *, alarmed: bool) -> Notice:
    """Whoever has been told of an alarm must not read that nothing has happened."""
    kind, extra = (Kind.REPLY, {"reply": "no_test"}) if alarmed else (Kind.TEST, {"code": code})
    return of_account(account.id, kind, to, f"{RUNG}@{now:.3f}", now, channel=channel, extra=extra)
