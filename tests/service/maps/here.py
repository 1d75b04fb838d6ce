"""The streets built in this process: what a child of ours does, without waiting for it to start."""

from pathlib import Path

from geofence.streets.build import build
from geofence.streets.format import MapError
from geofence.streets.listed import ListError
from service.maps.building import Done, Order, extra_of
from service.maps.making import NotMade, Told


def here(order: Order, told: Told) -> Done:
    """Build it."""
    try:
        extra = extra_of(Path(order.extra), order.zone)
        built = build(Path(order.source), Path(order.target), extra, told)
    except MapError as error:
        raise NotMade(str(error)) from None
    except ListError as error:
        raise NotMade(f"extra: {error}") from None
    return Done(built.sha256, built.size, built.about.data_at, 0.0)
