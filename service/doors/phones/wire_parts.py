"""What frames are made of: values with their bounds, and the record of a place."""

from typing import Annotated

import msgspec
from msgspec import Meta

# What goes into her row is bounded here: one phone's numbers must not be more than a row, or its readers, can hold.
Number = Annotated[int, Meta(ge=0, le=2**53)]
Instant = Annotated[float, Meta(ge=-1e11, le=1e11)]
BufferName = Annotated[str, Meta(max_length=64)]
CommandId = Annotated[str, Meta(min_length=1, max_length=64)]
Pin = Annotated[str, Meta(max_length=32)]
PromptName = Annotated[str, Meta(max_length=64)]
Answered = Annotated[str, Meta(pattern="^(ok|stopping|another_way|next_leg|help)$")]
Waited = Annotated[float, Meta(ge=0, le=43_200)]
"""Seconds between her thumb and this sending, by the phone's monotonic clock: what waited is judged as of then."""
HavenName = Annotated[str, Meta(max_length=64)]
RouteFormat = Annotated[str, Meta(pattern="^(geojson|gpx|polyline|polyline6)$")]
Companion = Annotated[str, Meta(max_length=64)]
Companions = Annotated[list[Companion], Meta(max_length=20)]


class NearPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A place that is open now. `away_m` as the crow flies, `walk_m` along the streets where a map knows it; `vetted` false:
    nobody has vouched for it. `id` goes into `divert`."""

    id: str
    name: str
    kind: str
    lat: float
    lon: float
    vetted: bool
    away_m: int
    walk_m: int | None
    closes_at: float | None
