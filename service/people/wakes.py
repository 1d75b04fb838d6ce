"""When time alone changes something in an account. Pure; the wake index holds a lower bound of `next_wake`."""

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from .model import ContactState, Traveller

DAY_S = 86_400.0
CONSENT_S = 90 * DAY_S
LAPSE_S = 30 * DAY_S


class What(StrEnum):
    """What comes due."""

    ASK_AGAIN = "ask_again"
    LAPSE = "lapse"
    NEW_PIN = "new_pin"


class Deadline(msgspec.Struct, frozen=True):
    """Something that comes due at `at`; `contact` where it is about one."""

    at: float
    what: What
    contact: str = ""


def deadlines(account: Traveller) -> Iterator[Deadline]:
    """All of them, in no order. Consent waits until `not_before_at`; what is said of her PINs waits for nothing."""
    if account.erased_at is not None:
        return
    not_before_at = account.not_before_at or 0.0
    for contact in account.contacts:
        if contact.state is not ContactState.CONFIRMED or contact.confirmed_at is None:
            continue
        if contact.asked_again_at is None:
            yield Deadline(max(contact.confirmed_at + CONSENT_S, not_before_at), What.ASK_AGAIN, contact.id)
        else:
            yield Deadline(max(contact.asked_again_at + LAPSE_S, not_before_at), What.LAPSE, contact.id)
    if account.reset is not None and account.reset.told_at is None:
        yield Deadline(account.reset.from_at, What.NEW_PIN)


def next_wake(account: Traveller) -> float | None:
    """The earliest deadline, or None."""
    return min((deadline.at for deadline in deadlines(account)), default=None)
