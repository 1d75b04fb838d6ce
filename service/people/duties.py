"""What a contact will see, and when, in words for her own screen: read when she adds somebody (journey.md, "Who sees
what"). His page never says which of it she has kept from him."""

from typing import Final

import msgspec

from .model import Contact

SOS_QUESTION: Final = "Could this person be, or tell, someone who hurts you? Then untick the SOS list."
EACH_OTHER: Final = "Your contacts are “another contact” to each other, unless you allow names."
QUIETLY: Final = "Whoever you remove is not told. Links and texts to him or her end at once, in a running alarm too."


class Sees(msgspec.Struct, frozen=True):
    """One row: when, and what this contact is shown then."""

    when: str
    what: str


_NOTHING: Final = "While nothing is wrong"
_COMPANY: Final = "When you ask to be watched on a journey"
_CONCERN: Final = "When something looks wrong and you have not answered us"
_OVERDUE: Final = "When you have not arrived"
_SOS: Final = "When you press SOS"
_NOBODY: Final = "When nobody you chose has answered"
_LAST: Final = "where you were last, half an hour of your way, and the word you typed for where you were going"


def sees(contact: Contact) -> tuple[Sees, ...]:
    """What this contact sees as he or she is set now."""
    told = "that it is so, and your number. Never a place"
    last = f"{_LAST}, live" if contact.place else told
    company = "where you are, live, for that journey only" if contact.place else "nothing: you ticked “never my place”"
    rows = (
        Sees(_NOTHING, "that you set off and arrived, if you choose so for a journey. Never a place"),
        Sees(_COMPANY, company),
        Sees(_CONCERN, "the street, since when, and your battery" if contact.place else told),
        Sees(_OVERDUE, last),
    )
    if not contact.on_sos_list:
        return (*rows, Sees(_SOS, "nothing of it: this person is not on your SOS list"))
    return (*rows, Sees(_NOBODY, "your card too, if you filled one in"), Sees(_SOS, f"{last}; and your card"))
