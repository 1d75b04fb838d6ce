"""What she says of herself: her name, how she is asked, and her card for the worst case.

The card's `danger` and `word` are never shown to any device again: whoever holds her phone may be the one meant. A card
that is written under duress is shown and not kept; what her true PIN writes then is kept, and shown beside it.
"""

import unicodedata
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from alerts.contact import Channel
from service.house import House
from service.journey import companions
from service.journey.model import Journey, Proof
from service.journey.turn import Outcome

from .editing import Edit, edited
from .model import Card, Traveller
from .numbers import called
from .patience import Door
from .plans import her_channels
from .proving import owner
from .refusals import Refused, Why, invalid

LONGEST_SHORT_NAME = 20
LONGEST_FIELD, LONGEST_WORD = 500, 40
HIDDEN = ("danger", "word")
_LINES = ("\n", "\t")


async def change(
    house: House,
    account: Traveller,
    *,
    name: str | None = None,
    short_name: str | None = None,
    channels: Sequence[Channel] | None = None,
    names_shown: bool | None = None,
    pin: str | None = None,
    door: Door,
) -> Traveller:
    """Changes what is given and leaves the rest. Her names are free; how she is asked, and whether her contacts read each
    other's names, take her PIN. All of it counts at once, on her way too. Raises Refused."""
    name = None if name is None else called(name)
    short = None if short_name is None else _short(short_name)
    ways = None if channels is None else _ways(channels)
    if ways is not None or names_shown is not None:
        await owner(house, account, pin, door)

    def write(before: Traveller, _now: float) -> Edit:
        after = replace(
            before,
            name=before.name if name is None else name,
            short_name=before.short_name if short is None else short,
            channels=before.channels if ways is None else ways,
            names_shown=before.names_shown if names_shown is None else names_shown,
        )
        return Edit(after, answer=after)

    def follow(journey: Journey, _now: float) -> Outcome:
        hers = her_channels(replace(account, channels=ways or account.channels), calls=house.gateway.rings)
        return companions.asked_by(journey, hers)

    changed: Traveller = await edited(house, account.id, "herself", write, follow if ways is not None else None)
    return changed


async def write_card(
    house: House, account: Traveller, fields: Mapping[str, str], pin: str | None, door: Door
) -> Traveller:
    """Writes the fields that are given, "" empties one; the others stay. Raises Refused."""
    written = {field: _written(field, text) for field, text in fields.items()}
    proof = await owner(house, account, pin, door)

    def write(before: Traveller, _now: float) -> Edit:
        if proof is Proof.DURESS:
            after = replace(before, cover_card=replace(before.shown_card, **written))
        else:
            cover = None if before.cover_card is None else replace(before.cover_card, **written)
            after = replace(before, card=replace(before.card or Card(), **written), cover_card=cover)
        return Edit(after, answer=after)

    changed: Traveller = await edited(house, account.id, "card", write)
    return changed


def _short(text: str) -> str:
    """Empty: her name will do."""
    if not text.strip():
        return ""
    short = called(text, field="short_name")
    if len(short) > LONGEST_SHORT_NAME:
        raise invalid("short_name", f"expected at most {LONGEST_SHORT_NAME} characters, got {len(short)}")
    return short


def _ways(channels: Sequence[Channel]) -> tuple[Channel, ...]:
    ways = tuple(dict.fromkeys(channels))
    if not ways:
        raise invalid("channels", "expected at least one of push, sms and call")
    return ways


def _written(field: str, text: str) -> str:
    """Lines may be broken; what no page can show is taken out."""
    if field not in Card.__struct_fields__:
        raise Refused(Why.INVALID, f"expected one of {', '.join(Card.__struct_fields__)}", field=field)
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    plain = "".join(c for c in plain if c in _LINES or unicodedata.category(c)[0] != "C").strip()
    longest = LONGEST_WORD if field == "word" else LONGEST_FIELD
    if len(plain) > longest:
        raise invalid(field, f"expected at most {longest} characters, got {len(plain)}")
    return plain
