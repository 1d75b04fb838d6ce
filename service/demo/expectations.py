"""What each act must send: written by hand, from the law. The demo succeeds only if exactly this was sent.

One line a message: to whom, what about, which rung, which channel. A message that goes the second way is listed once
for each way. Rungs are compared without the instants and the question's number in their names (see `plain_rung`);
order is not compared here: the ladder's order is an invariant of its own.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Line(NamedTuple):
    """One message that must be sent."""

    to: str
    kind: str
    rung: str
    channel: str = "sms"


def _signed_up(*contacts: str) -> list[Line]:
    """Before the first step: her code, and for each contact an invitation and, after YES, thanks."""
    lines = [Line("her", "code", "code")]
    for contact in contacts:
        lines += [Line(contact, "invite", "invite"), Line(contact, "welcome", "welcome")]
    return lines


EXPECTED: dict[str, list[Line]] = {
    "home": [
        *_signed_up("Beth", "Dad"),
        # She rests at the lake and taps OK at once: no text to her, not a word to anybody.
    ],
    "another way": [
        *_signed_up("Beth", "Dad"),
        # Asked on her screen that she left her route; she taps another way. Not a word to anybody.
    ],
    "SOS": [
        *_signed_up("Beth", "Dad"),
        # Fired five seconds after she held it: a text and a call to each, in parallel.
        Line("Beth", "sos", "SOS"),
        Line("Beth", "sos", "SOS", "call"),
        Line("Dad", "sos", "SOS"),
        Line("Dad", "sos", "SOS", "call"),
        # Dad has it: he is thanked, Beth hears so. Nobody is rung less for that but Dad.
        Line("Dad", "reply", "reply"),
        Line("Beth", "taken", "TAKEN"),
        # Beth was asleep: again after a minute, both. That call is the second ring of the first; she presses 1 in it, and
        # hears her thanks there.
        Line("Beth", "sos", "SOS+1"),
        Line("Beth", "sos", "SOS+1", "call"),
        Line("Dad", "taken", "TAKEN"),
        # Her phone is missed, and not there for the question.
        Line("her", "signal_lost", "lost"),
        Line("Beth", "closed", "END"),
        Line("Dad", "closed", "END"),
    ],
    "coerced PIN": [
        *_signed_up("Beth", "Dad", "Chloe"),
        Line("Chloe", "started", "STARTED"),
        # The SOS list: a text and a call to each. Chloe is not on it and gets what a true PIN sends. To her: nothing.
        Line("Chloe", "arrived", "ARRIVED"),
        Line("Beth", "duress", "DURESS"),
        Line("Beth", "duress", "DURESS", "call"),
        Line("Dad", "duress", "DURESS"),
        Line("Dad", "duress", "DURESS", "call"),
        Line("Beth", "reply", "reply"),
        Line("Dad", "taken", "TAKEN"),
        Line("Dad", "reply", "reply"),
        Line("Beth", "taken", "TAKEN"),
        # Free again, her true PIN closes it: a neutral answer to her, the all-clear to those who were told.
        Line("her", "reply", "reply"),
        Line("Beth", "closed", "END"),
        Line("Dad", "closed", "END"),
    ],
    "does not arrive": [
        *_signed_up("Beth", "Dad", "Chloe"),
        Line("her", "signal_lost", "lost"),
        # Due: her own phone first, by text and twice by call.
        Line("her", "due", "sms"),
        Line("her", "due", "call 1", "call"),
        Line("her", "due", "call 2", "call"),
        # Tier 1. Dad's text comes back undelivered, so he is rung at once; a mailbox takes it, so nobody was told, and he
        # is rung once more. The mailbox takes that too.
        Line("Beth", "overdue", "L2"),
        Line("Dad", "overdue", "L2"),
        Line("Dad", "overdue", "L2", "call"),
        Line("Dad", "overdue", "L2", "call"),
        # His text expires after five minutes and is written anew, as of then.
        Line("Dad", "overdue", "L2"),
        # Three minutes without a word: the primary is rung, twice. Five: tier 2.
        Line("Beth", "overdue", "L2+3", "call"),
        Line("Beth", "overdue", "L2+3", "call"),
        Line("Chloe", "overdue", "L2+5"),
        # Chloe replies with the two digits and is thanked; the others hear that somebody has it, and nobody is rung any more.
        Line("Chloe", "reply", "reply"),
        Line("Beth", "taken", "TAKEN"),
        Line("Dad", "taken", "TAKEN"),
        # HOME and her PIN by text: a neutral answer to her, the all-clear to exactly those told.
        Line("her", "reply", "reply"),
        Line("Beth", "closed", "END"),
        Line("Dad", "closed", "END"),
        Line("Chloe", "closed", "END"),
    ],
    "the phone rings": [
        *_signed_up("Beth", "Dad"),
        Line("her", "signal_lost", "lost"),
        Line("her", "due", "sms"),
        Line("her", "due", "call 1", "call"),
        Line("her", "due", "call 2", "call"),
        Line("Beth", "overdue", "L2"),
        Line("Dad", "overdue", "L2"),
        # A minute without a receipt: the second way is a call. His mailbox takes it, which is no one: once more, 75 s later.
        Line("Dad", "overdue", "L2", "call"),
        Line("Dad", "overdue", "L2", "call"),
        # Three minutes without a word: the primary is rung too. Her second ring rests, for Dad pressed 1 in his.
        Line("Beth", "overdue", "L2+3", "call"),
        Line("Beth", "taken", "TAKEN"),
        # Her number and PIN in a call to us: the voice answers, and no text. The all-clear to exactly those told.
        Line("Beth", "closed", "END"),
        Line("Dad", "closed", "END"),
    ],
    "no data": [
        *_signed_up("Beth", "Dad"),
        Line("her", "signal_lost", "lost"),
        # Due: the text at a quarter of the grace, the call at half of it. Her PIN in that call ends the asking.
        Line("her", "due", "sms"),
        Line("her", "due", "call 1", "call"),
    ],
    "phone dies": [
        *_signed_up("Beth", "Dad"),
        Line("her", "signal_lost", "lost"),
        # Her phone is gone. A question counts for two minutes, and is asked anew as long as nothing says that it arrived.
        Line("her", "due", "sms"),
        Line("her", "due", "sms"),
        Line("her", "due", "sms"),
        Line("her", "due", "call 1", "call"),
        Line("her", "due", "call 2", "call"),
        Line("Beth", "overdue", "L2"),
        Line("Dad", "overdue", "L2"),
        # She keys her PIN on Beth's page before anybody had to be rung.
        Line("Beth", "closed", "END"),
        Line("Dad", "closed", "END"),
    ],
    "kill -9": [
        *_signed_up("Beth", "Dad"),
        Line("her", "signal_lost", "lost"),
        # Killed before she was due, back after her contacts should have known: she is asked first, by text, and by a call
        # that rings twice.
        Line("her", "due", "late sms"),
        Line("her", "due", "late call", "call"),
        Line("her", "due", "late call", "call"),
        # Then they hear it: once, late, and the text says so.
        Line("Beth", "late", "L2"),
        Line("Dad", "late", "L2"),
        Line("Beth", "closed", "END"),
        Line("Dad", "closed", "END"),
    ],
}
"""By act."""

_INSTANT = re.compile(r"@.*")
_QUESTION = re.compile(r"^[dp]\d+\.")


def plain_rung(rung: str) -> str:
    """A rung's name without what differs from run to run: `TAKEN@1700000000` is TAKEN, `d2.sms` is sms."""
    return _QUESTION.sub("", _INSTANT.sub("", rung))


def differences(expected: Iterable[Line], got: Iterable[Line]) -> list[str]:
    """What is missing ("- …") and what was not expected ("+ …"), each as often as it differs; empty when equal."""
    wanted, sent = Counter(expected), Counter(got)
    return [
        *(f"- {_words(line)}" for line in (wanted - sent).elements()),
        *(f"+ {_words(line)}" for line in (sent - wanted).elements()),
    ]


def _words(line: Sequence[str]) -> str:
    return "  ".join(line)
