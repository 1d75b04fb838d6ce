"""Values that say who somebody is or where: they never show themselves whole.

Phone numbers are `alerts.gateway.PhoneNumber`. `str(value)` of a name is the name, for pages and messages;
`repr` and every log line show only that there was one.
"""

from typing import NamedTuple


class Name(str):
    """What somebody is called. Its repr keeps the first letter, enough to tell two people of a test apart."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Name('{self.masked}')"

    @property
    def masked(self) -> str:
        """The first letter."""
        return f"{self[:1]}…"


class Position(NamedTuple):
    """A place on WGS 84 in degrees. Its repr says nothing: rounding would still name the street."""

    lat: float
    lon: float

    def __repr__(self) -> str:
        return "Position(…)"

    @property
    def masked(self) -> str:
        """Nothing of it."""
        return "…"
