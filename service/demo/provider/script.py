"""What the provider is told to do wrong."""

from enum import StrEnum

import msgspec


class Do(StrEnum):
    """One way of misbehaving with a request, on the way to the phone, or with the callbacks."""

    REFUSE = "refuse"  # an error body with `code`, HTTP status `http`
    BREAK = "break"  # HTTP status `http` and no error body a client could read; nothing accepted
    GARBLE = "garble"  # accepted and sent, answered like BREAK
    STALL = "stall"  # accepted and sent, the reply comes after `delay_s`, or never
    LOSE_REPLY = "lose_reply"  # accepted and sent, the connection is cut
    DROP = "drop"  # the connection is cut and nothing was accepted
    SLOW = "slow"  # answers after `delay_s`
    EARLY = "early"  # the first callback comes before the reply

    UNDELIVERED = "undelivered"  # accepted, sent, then undelivered with `code`
    FAIL = "fail"  # accepted, then failed with `code`
    DELAY = "delay"  # on the phone only after `delay_s`
    SILENT = "silent"  # on the phone, but after `sent` nothing is reported
    LIE = "lie"  # reported as delivered, never on the phone
    DENY = "deny"  # on the phone, reported as undelivered with `code`

    MUTE = "mute"  # no callback at all
    TWICE = "twice"  # every callback comes twice
    SHUFFLE = "shuffle"  # callbacks come last first
    REPLAY = "replay"  # every callback comes again `delay_s` later
    GHOST = "ghost"  # after the last callback one like it, of a SID nobody was ever given


class Script(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to do with a request. For `number` always, or without it for the next `times` requests; of a `channel` ("sms",
    "call") only where one is named."""

    do: Do
    number: str = ""
    channel: str = ""
    code: int = 30003
    http: int = 400
    delay_s: float = 0.0
    times: int = 1
