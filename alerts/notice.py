"""A message that must be sent: to whom, about what, on which rung. The words come later, at sending."""

from enum import StrEnum
from typing import Any

import msgspec

from .contact import Channel

HER = "her"


class Kind(StrEnum):
    """What a message is about; `alerts.message` has the words for each."""

    # to her
    PROMPT = "prompt"
    DUE = "due"
    NUDGE = "nudge"
    SIGNAL_LOST = "signal_lost"
    SOS_SAFE_PROMPT = "sos_safe_prompt"
    CONTACT_NEWS = "contact_news"  # somebody she chose has to say YES again, or has not
    NEW_PIN = "new_pin"  # somebody asked for new PINs, or they may be set now
    NEW_DEVICE = "new_device"  # one more phone speaks for her
    # to contacts, in an incident
    CONCERN = "concern"
    OVERDUE = "overdue"
    LATE = "late"  # overdue, and our service was down
    PHONE_HOME = "phone_home"
    NOBODY = "nobody"  # all told, nobody has it
    SOS = "sos"
    DURESS = "duress"
    TAKEN = "taken"  # others: somebody is on it
    ANY_NEWS = "any_news"
    CLOSED = "closed"  # the all-clear
    SOS_PIN = "sos_pin"  # a PIN within 60 s of firing
    COLD = "cold"
    # to contacts, otherwise
    STARTED = "started"
    ARRIVED = "arrived"
    EXTENDED = "extended"  # the third extension, to the primary
    BATTERY = "battery"  # to the primary, before she sets off: her phone may die
    WALK_WITH = "walk_with"  # she asks this person to look on
    HINT = "hint"  # answers a text that was seen but says nothing clear
    REPLY = "reply"  # answers a command of theirs or hers; the words travel in `extra`
    # accounts
    CODE = "code"
    INVITE = "invite"
    WELCOME = "welcome"
    CONSENT_AGAIN = "consent_again"  # YES is asked for once more
    TEST = "test"


class Notice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message to one person over one channel.

    The idempotency key is (incident, rung, to, channel, attempt); `id` spells it. `to` is a contact's id
    or `HER`. `due_at` is when it may go. `valid_s` counts from the hand-over. `urgency` as in the store.
    `extra` carries what only this message knows (a code, an invitation's token, a prompt's id).
    """

    journey: str
    incident: str
    rung: str
    to: str
    kind: Kind
    channel: Channel
    due_at: float
    attempt: int = 1
    urgency: int = 2
    valid_s: float = 300.0
    second_sender: bool = False
    extra: dict[str, str] = {}

    @property
    def id(self) -> str:
        return f"{self.journey}/{self.incident}/{self.rung}/{self.to}/{self.channel}/{self.attempt}"


def of_account(
    account: str, kind: Kind, to: str, rung: str, due_at: float, *, channel: Channel = Channel.SMS, **more: Any
) -> Notice:
    """A message that belongs to no journey (a code, an invitation, an answer): about the account of that id. `rung` tells
    it from all others to the same person."""
    return Notice(journey=account, incident="-", rung=rung, to=to, kind=kind, channel=channel, due_at=due_at, **more)
