"""Whom her card opens to, and how much of it (journey.md, "Who sees what")."""

from msgspec.structs import replace

from service.journey.model import OPERATORS, Cause, Journey, Level
from service.journey.sight import was_told

from .model import Card, Traveller

EMPTY = Card()
_LATE = (Level.UNACKED, Level.OPERATOR)
_CRIES = (Cause.SOS, Cause.DURESS)


def card_for(account: Traveller, view: Journey, who: str) -> Card | None:
    """Her card as `who` (a contact's id, or OPERATORS) may read it now; None while it is closed to this reader.

    `view` is the journey as the reader may see it. It opens at L3 and in SOS and duress, to operators and to those of
    her SOS list who were told. No contact is given her call-back word; nobody from whom she keeps her place is given
    her address.
    """
    card, alarm = account.card, view.alarm
    if card is None or card == EMPTY or alarm is None:
        return None
    if alarm.level not in _LATE and alarm.cause not in _CRIES:
        return None
    if who == OPERATORS:
        return card
    reader = next((p for p in view.plan.people if p.id == who), None)
    if reader is None or not reader.on_sos_list or not was_told(alarm, who):
        return None
    return replace(card, word="", address=card.address if reader.place else "")
