"""A person to tell."""

from enum import StrEnum

import msgspec


class Channel(StrEnum):
    """How a message travels. `push` goes over her open socket and never through the outbox; `webhook` to the deployment's
    own systems, and to nobody's contact."""

    PUSH = "push"
    SMS = "sms"
    CALL = "call"
    EMAIL = "email"
    WEBHOOK = "webhook"


class Recipient(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A contact as the ladder needs her or him: no name, no number (both are read at the moment of sending).

    `tier` 1 is told first. `channels` in the order this person prefers. `reachable_by_sms` is False after STOP.
    `reachable_by_mail`: an e-mail address is proved, so mail stands in for a text that nobody proved delivered; as the
    first way it counts only where this person has no text and it stands before calls in `channels`.
    `hours` (OpenStreetMap's opening hours, in the ladder's zone; empty: always) are when this person is told first:
    they order, and never leave nobody. `place` is False for somebody who is never shown where she is.
    """

    id: str
    tier: int = 1
    primary: bool = False
    on_sos_list: bool = True
    channels: tuple[Channel, ...] = (Channel.SMS, Channel.CALL)
    reachable_by_sms: bool = True
    reachable_by_mail: bool = False
    hours: str = ""
    place: bool = True
