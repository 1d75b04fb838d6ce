"""A language that texts are written in: its alphabet, and the few words that stand in for what nobody told us."""

from dataclasses import dataclass
from typing import Final

from .alphabet import GSM, Alphabet


@dataclass(frozen=True, slots=True)
class Language:
    """`tag` is the primary subtag of BCP 47. `days` from Monday on, short. The last three are for a traveller without a
    name, a contact whose name is not shown, and a destination without a word."""

    tag: str
    alphabet: Alphabet
    days: tuple[str, str, str, str, str, str, str]
    a_friend: str
    another_contact: str
    her_destination: str

    @property
    def own_words(self) -> tuple[str, ...]:
        """Ours: never cut."""
        return self.a_friend, self.another_contact, self.her_destination


ENGLISH: Final = Language(
    tag="en",
    alphabet=GSM,
    days=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    a_friend="A friend",
    another_contact="Another contact",
    her_destination="her destination",
)
