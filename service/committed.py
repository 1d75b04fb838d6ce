"""One commit, until it is answered. Units in, for each whether it won."""

from .clock import breathe
from .store import CommitUnknown, Store, StoreRefused, StoreUnavailable, Unit
from .telemetry import logger

log = logger(__name__)


async def committed(store: Store, units: list[Unit]) -> list[bool | None]:
    """Until it is answered: a lost reply is unknown, and the same ids make sending again harmless. A refusal is
    looked at one by one, so that what cannot be written (None) holds up nobody else."""
    if not units:
        return []
    pause_s, asked = 0.05, False
    while True:
        try:
            return list(await store.commit(units))
        except CommitUnknown as error:
            log.warning("commit unknown, sending it again", units=len(units), error=str(error))
            asked = True
        except StoreRefused:
            if len(units) == 1:
                raise
            return await _one_by_one(store, units)
        except StoreUnavailable:
            if not asked:
                raise
        await breathe(pause_s)
        pause_s = min(2.0, pause_s * 2)


async def _one_by_one(store: Store, units: list[Unit]) -> list[bool | None]:
    won: list[bool | None] = []
    refusal: StoreRefused | None = None
    for unit in units:
        try:
            won += await committed(store, [unit])
        except StoreRefused as error:
            log.error("the store will not write a decision", journey=unit.puts[0].key, error=str(error))
            refusal = error
            won.append(None)
    if refusal is not None and all(ok is None for ok in won):
        raise refusal  # it takes nothing at all: that is no fault of what was decided
    return won
