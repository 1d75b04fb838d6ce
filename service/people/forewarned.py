"""What she should know before she sets off, in words; which of it matters tonight is hers to judge."""

from collections.abc import Iterator, Sequence

import msgspec

from alerts.contact import Channel
from service.journey.profiles import STANDARD

from .model import Contact, ContactState, Tracker, Traveller
from .plans import deliverable, first_of, her_channels
from .trackers import APPS, noticed

TESTED_S = 90 * 86_400.0


class Phone(msgspec.Struct, frozen=True, kw_only=True):
    """What her phone says of itself before she sets off; None where it does not know."""

    battery_pct: float | None = None
    notifications: bool | None = None
    runs_locked: bool | None = None
    clock_off_s: float | None = None


class Warned(msgspec.Struct, frozen=True):
    """One warning: a code for screens, and the words."""

    code: str
    words: str


NOBODY = Warned("nobody", "Nobody has said YES yet, so nobody would be told.")


def warnings(
    account: Traveller,
    phone: Phone,
    now: float,
    *,
    calls: bool,
    second_sender: bool = True,
    tracker: Tracker | None = None,
) -> Iterator[Warned]:
    """Speaks of the contacts that `account` has: give it what her screen shows. `second_sender`: whether a text that does
    not arrive has another number to come from. `tracker`: the linked tracker app that alone would carry the journey."""
    told = [c for c in account.contacts if c.state is ContactState.CONFIRMED and deliverable(c, calls=calls)]
    if told and not any(c.on_sos_list for c in told):
        yield Warned("sos_nobody", "Your SOS would reach nobody: none of your contacts is on your SOS list.")
    if len(told) == 1:
        yield Warned("one_contact", f"Only {told[0].name} would be told. A second person would make it safer.")
    for contact in account.contacts:
        if contact.state is ContactState.INVITED:
            yield Warned("not_confirmed", f"{contact.name} has not said YES yet and hears nothing but an SOS.")
        elif contact.state is ContactState.CONFIRMED and not contact.reachable_by_sms:
            left = "we can only ring" if calls else "nothing would get there"
            yield Warned("no_texts", f"{contact.name} takes no texts from us: {left}.")
    yield from _second_ways(told, calls=calls, second_sender=second_sender)
    if told and not any(c.tested_at is not None and now - c.tested_at < TESTED_S for c in told):
        yield Warned("never_tested", "You have not tried lately whether an alarm reaches your contacts.")
    if account.pin_hash is None:
        yield Warned("no_pin", "You have no PIN: away from where you are going only an operator could end an alarm.")
    if tracker is None:
        yield from _her_ways(account, calls=calls)
    else:
        yield _carried(account, tracker, calls=calls)
    yield from _phone_warnings(phone, first_of(told))


def _second_ways(told: Sequence[Contact], *, calls: bool, second_sender: bool) -> Iterator[Warned]:
    """What there is where a text does not arrive (row 11)."""
    for contact in told:
        mail = contact.mail
        if mail is not None and mail.proved_at is None and mail.stopped_at is None:
            words = f"{contact.name} has not said yet that the e-mail address is right: nothing goes there."
            yield Warned("mail_not_proved", words)
    if not second_sender and any(not c.reachable_by_mail for c in told):
        left = "we ring" if calls else "nobody would know"
        yield Warned("one_sender", f"We have only one way to text. Where a text does not arrive, {left}.")


def _her_ways(account: Traveller, *, calls: bool) -> Iterator[Warned]:
    """What is left to ask her by, where that is not both."""
    hers = her_channels(account, calls=calls)
    if Channel.SMS not in hers:
        left = "we can only ring you" if Channel.CALL in hers else "only your app could ask you anything"
        yield Warned("her_texts", f"You take no texts from us: {left}.")
    elif Channel.CALL not in account.channels:
        yield Warned("her_calls", "You take no calls from us: we ask you in your app and by text.")


def _carried(account: Traveller, tracker: Tracker, *, calls: bool) -> Warned:
    """What it means that no screen of ours is there (the law's words: every prompt goes by SMS or call)."""
    hers = her_channels(account, calls=calls)
    names = {Channel.SMS: "by text", Channel.CALL: "by call"}
    ways = " and ".join(words for way, words in names.items() if way in hers)
    asked = f"we ask you everything {ways}" if ways else "and you take no texts and no calls: we could ask you nothing"
    silent = f"If it falls silent we notice after {noticed(tracker.heartbeat_s)}."
    return Warned("tracker", f"{APPS[tracker.app]} shows you nothing of ours: {asked}. {silent}")


def _phone_warnings(phone: Phone, first: Contact | None) -> Iterator[Warned]:
    if phone.battery_pct is not None and phone.battery_pct < STANDARD.battery_offers_pct:
        offer = f" We can text {first.name} about it now." if first is not None else ""
        yield Warned("battery", f"Your battery is at {phone.battery_pct:.0f}%: your phone may die on the way.{offer}")
    if phone.notifications is False:
        yield Warned("notifications", "Notifications are off: we could ask you by text and call only.")
    if phone.runs_locked is False:
        yield Warned("screen_locked", "With the screen locked, this phone gives us only your timer.")
    if phone.clock_off_s is not None and abs(phone.clock_off_s) > 60.0:
        yield Warned("clock", "Your phone's clock is wrong; times on its screen may be too.")
