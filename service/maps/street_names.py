"""What the street is called where she was seen, by the maps in use. For texts, calls and pages alike.

The name is as the map has it; no town stands after it, for the streets know none. Texts spell and shorten it themselves
(`alerts.septets`): somebody else chose it.
"""

from collections.abc import Iterable
from math import isfinite

from geofence.streets.named import named_near
from service.telemetry import logger

from .known import Known

log = logger(__name__)

NEAR_M = 100.0
"""Who is farther from a street is not near it."""
VAGUE_M = 100.0
"""A worse fix names none: she may be streets away, and who reads a name goes there first. With `NEAR_M` she is within 200 m of
what is named, as far as a fix counts at all."""


def street_name(known: Iterable[Known], lat: float, lon: float, accuracy_m: float | None) -> str | None:
    """The nearest street with a name, of whichever map; None: none is near, the fix is too vague or of unknown accuracy, or
    no map is there. Never raises: an alert goes out without a street rather than not at all.

    Asked on the loop: a tenth of a millisecond a map. What is logged of a fault is neither the place nor the name.
    """
    if accuracy_m is None or not 0.0 <= accuracy_m <= VAGUE_M or not (isfinite(lat) and isfinite(lon)):
        return None
    found: list[tuple[float, str]] = []
    for one in known:
        try:
            street = named_near(one.region, (lat, lon), NEAR_M)
        except Exception as error:  # noqa: BLE001 (a damaged map keeps no alert from being sent)
            log.error("a map cannot name its streets", map=one.name, error=type(error).__name__)
        else:
            if street is not None and street.name:
                found.append((street.off_m, street.name))
    return min(found)[1] if found else None
