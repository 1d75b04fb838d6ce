"""Where most of these stories begin: Anna was due at 23 minutes, and at 28 her contacts hear."""

from tests.provider_world import ProviderWorld
from tests.world import Contact, Traveller
from tests.world_people import Walk

L2 = 28.0


async def overdue(world: ProviderWorld, *contacts: Contact, minutes: float = L2) -> tuple[Traveller, Walk]:
    """So many minutes after she set off; her own phone showed a question, and rang twice."""
    anna = await world.traveller("Anna", contacts=list(contacts))
    walk = await anna.sets_off(plan_min=20)
    await world.pass_time(minutes=minutes)
    return anna, walk


def shown(world: ProviderWorld, walk: Walk, contact: Contact) -> list[tuple[float, str, str]]:
    """What this phone showed since she set off: seconds since L2, "text" or what became of a call, and the words."""
    phone, l2_at = world.phone(contact), walk.began_at + L2 * 60.0
    texts = [(t.at, "text", t.body) for t in phone.texts]
    calls = [(c.at, c.ended, c.words) for c in phone.calls if not c.outgoing]
    return [(round(at - l2_at, 1), what, words) for at, what, words in sorted(texts + calls) if at > walk.began_at]
