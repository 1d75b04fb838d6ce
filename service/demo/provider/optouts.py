"""STOP, START and HELP as Twilio treats them by default.

One bare word, in any case (https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out and "Twilio support for
opt-out keywords"). STOP blocks texts from the number it was sent to, or from the whole Messaging Service when that
number is in its pool, with error 21610 from then on; START, YES and UNSTOP end that; HELP and INFO are answered. The
provider answers by itself and free of charge, and our webhook still gets the text, with OptOutType where a Messaging
Service has Advanced Opt-Out.

Not documented and so assumed here: START is answered only where it ended a block.
"""

from typing import Final

from .account import Account

_STOP: Final = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"})
_START: Final = frozenset({"START", "YES", "UNSTOP"})
_HELP: Final = frozenset({"HELP", "INFO"})
STOPPED: Final = (
    "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe."
)
STARTED: Final = (
    "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)
HELPED: Final = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


class OptOuts:
    """Who has stopped which of our numbers or services."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._stopped: set[tuple[str, str]] = set()

    def heard(self, person: str, ours: str, body: str) -> tuple[str, str]:
        """What the text is to the provider (STOP, START, HELP or nothing), and what it answers (or nothing)."""
        word, key = body.strip().upper(), (self._scope(ours), person)
        if word in _STOP:
            answer = "" if key in self._stopped else STOPPED
            self._stopped.add(key)
            return "STOP", answer
        if word in _START:
            answer = STARTED if key in self._stopped else ""
            self._stopped.discard(key)
            return "START", answer
        if word in _HELP:
            return "HELP", "" if key in self._stopped else HELPED
        return "", ""

    def has_stopped(self, person: str, ours: str) -> bool:
        """`ours`: one of our numbers, or a service."""
        return (self._scope(ours), person) in self._stopped

    def _scope(self, ours: str) -> str:
        service = self._account.service_of(ours)
        return service.sid if service else ours
