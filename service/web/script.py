"""What to say to 999, ready to be read aloud by somebody who is afraid.

Short sentences, in the order in which a call taker asks. "A missing person", never anything softer: that word decides
how the call is graded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Case = Literal["concern", "overdue", "sos", "duress"]
FORCED = ("Somebody may be making her say that she is safe.", "Please do not ring or text her phone.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What this reader may say, as values; what is empty is left out.

    forced: somebody may be making her say that she is safe, whatever the case is.
    her: her full name where her card is open to the reader. going: "walking home". due: "23:30"; `late` once that is
    over. alarm: when an SOS or a duress came. seen: when her phone last told a place; street: "near High St,
    Rochester"; position: "51.38912 north, 0.50441 east". The last two only while the reader is looking at her place.
    phone_there: when her phone reached `there` ("home"), where she has not confirmed it. looks, health, danger, reference: from her card.
    force_number: the number of the local force for those who ring from abroad, as people write it.
    """

    case: Case
    her: str
    now: str
    forced: bool = False
    going: str = ""
    due: str = ""
    late: bool = False
    alarm: str = ""
    seen: str = ""
    street: str = ""
    position: str = ""
    phone_there: str = ""
    there: str = "where she was going"
    looks: str = ""
    health: str = ""
    danger: str = ""
    reference: str = ""
    force_number: str = ""

    @property
    def opening(self) -> str:
        """The word that counts; the page prints it stronger than the rest."""
        return "missing person"

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything after "I want to report a missing person."."""
        return tuple(self._said())

    def _said(self) -> Iterator[str]:
        yield f"Her name is {_sentence(self.her)}"
        yield from self._why()
        if self.phone_there:
            yield f"Her phone reached {self.there} at {self.phone_there}."
            yield "She has not said that she is well."
        if self.seen:
            place = f", {self.street}" if self.street else ""
            yield f"Her phone was last seen at {self.seen}{place}."
        if self.position:
            yield f"The exact place is {_sentence(self.position)}"
        if self.looks:
            yield f"She looks like this: {_sentence(self.looks)}"
        if self.health:
            yield f"About her health: {_sentence(self.health)}"
        yield "This is not like her."
        if self.danger:
            yield f"Who may be a danger to her: {_sentence(self.danger)}"
        if self.reference:
            yield f"You know of her already. The reference is {_sentence(self.reference)}"

    def _why(self) -> Iterator[str]:
        at = f"At {self.alarm} she" if self.alarm else "She"
        match self.case:
            case "duress":
                yield f"{at} gave a secret sign."
                yield from FORCED
            case "sos":
                yield f"{at} set off an alarm for help, and did not take it back."
                yield "I fear that she is in danger now."
            case _:
                yield f"She was alone, {self.going}." if self.going else "She was alone, on her way."
                if self.due:
                    yield f"She {'was' if self.late else 'is'} due at {self.due}."
                yield f"It is now {self.now}, and she does not answer."
        if self.forced and self.case != "duress":
            yield from FORCED

    @property
    def to_add(self) -> str:
        """What only the reader can know."""
        return "" if self.danger else "Say who may be a danger to her, if you know of anybody."


def _sentence(words: str) -> str:
    """What somebody wrote, with an end to it."""
    words = " ".join(words.split())
    return words if words.endswith((".", "!", "?")) else f"{words}."
