"""Places that are open and have people in them: a police station, a hospital, a place of a scheme."""

import msgspec


class Haven(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A haven as the judge needs it; callers pass those that are open now, of the kinds that count by themselves."""

    id: str
    name: str
    lat: float
    lon: float
