"""What she set off with, how far we still hear her, where she was last seen and in what light: four records of a journey."""

import msgspec

from alerts.contact import Channel, Recipient

from .profiles import PROFILES, Profile
from .states import JourneyKind, LinkState

__all__ = ["FLAT", "Leg", "Link", "Lit", "Plan", "Seen"]


class Leg(msgspec.Struct, frozen=True, array_like=True):
    """One part of her way: on foot, cycle or ride (`geofence.mode`). `word` is what she calls its end. `plan_s` is how
    long it is meant to take, `route_m` how long its line is (None: it has none). `underground`, and `dark` (from, to in
    metres along it): where her phone is known to fall silent."""

    mode: str = "foot"
    word: str = ""
    plan_s: float = 0.0
    route_m: float | None = None
    underground: bool = False
    dark: tuple[tuple[float, float], ...] = ()


class Plan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What she set off with. `plan_s` is the plan as armed (grace and nudge are shares of it);
    `streams` is False where no stream was promised (timer and SMS journeys): then there is no link to lose.
    `hers` are the channels by which she may be asked anything. `invited` have not said YES yet and get one text in an
    SOS. `tell` hear that she has set off and, unless `arrived` is False, that she arrived. `zone` is where hours count.
    `tracker` is the linked tracker app that alone carries it (no screen of ours), which speaks every `tracker_s` when
    still; empty: her phone with our app. `legs` are the parts of a way with more than one mode; empty: it has one, by
    `mode`. `route_shown`: whoever may see her track may see her route, too."""

    kind: JourneyKind
    profile: str
    reference: str
    code: str
    destination: str
    began_at: float
    plan_s: float
    people: tuple[Recipient, ...]
    mode: str = "foot"
    streams: bool = True
    has_route: bool = True
    route_m: float | None = None
    tell: tuple[str, ...] = ()
    arrived: bool = True
    doorstep: bool = False
    second_sender: bool = False
    hers: tuple[Channel, ...] = (Channel.PUSH, Channel.SMS, Channel.CALL)
    invited: tuple[Recipient, ...] = ()
    zone: str = "Europe/London"
    tracker: str = ""
    tracker_s: float = 0.0
    legs: tuple[Leg, ...] = ()
    route_shown: bool = False

    @property
    def numbers(self) -> Profile:
        return PROFILES[self.profile]

    @property
    def sos_list(self) -> frozenset[str]:
        """Who hears of an SOS, those who have not said YES included. (Who is told the truth under a cover story: `knows`
        in `turn`.)"""
        return frozenset(p.id for p in (*self.people, *self.invited) if p.on_sos_list)

    @property
    def first(self) -> str | None:
        """Whoever is told what is for one person only: her primary contact, else the first of all."""
        primary = next((p.id for p in self.people if p.primary), None)
        return primary or next((p.id for p in self.people), None)

    def way_to_her(self, channel: Channel) -> Channel:
        """How she is reached where `channel` was meant: a call becomes a text for somebody who takes no calls, a text
        a call for somebody who takes no texts; push is what her open app shows by itself."""
        others = (Channel.CALL,) if channel is Channel.SMS else (Channel.SMS,)
        return next((c for c in (channel, *others) if c in self.hers), Channel.PUSH)


FLAT = "battery"
"""`Link.expected` when we explain a silence by the battery she had left."""
UNDERGROUND_LEG, DARK_STRETCH = "underground leg", "dark stretch"
"""The same by what is known of the leg she is on."""


class Link(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """`heard_at` is the server time of the last frame, moved forward over gaps in which we were not listening.
    `told` marks that contacts have heard of this loss (row 3): once each time it is lost."""

    state: LinkState = LinkState.NONE
    heard_at: float = 0.0
    cadence_s: float = 10.0
    lost_at: float | None = None
    expected: str | None = None
    expected_until: float | None = None
    told: bool = False


class Seen(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The newest plausible fix: where, when (phone's corrected time and ours), how good. `tracked`: a linked tracker
    measured it, and no screen of hers draws it."""

    lat: float
    lon: float
    at: float
    received_at: float
    accuracy_m: float | None = None
    speed_mps: float | None = None
    along_m: float | None = None
    to_go_m: float | None = None
    pace_mps: float | None = None
    inside: bool = False
    tracked: bool = False


class Lit(msgspec.Struct, frozen=True, array_like=True):
    """The light where she is on her route (`state`: a `Light` in small letters, empty beside it; `rule` says why), and the
    stretch not known to be lit that begins within `lit.AHEAD_M`: from, to, in metres along the route, `unknown` or `unlit`.

    All that holds while she is between `low_m` and `high_m` along the route `line` (a checksum) and it is before `until`.
    She has been told of what begins before `told_m`.
    """

    state: str = ""
    rule: str = ""
    dark: bool = True
    ahead: tuple[float, float, str] | None = None
    told_m: float = 0.0
    line: int = 0
    low_m: float = 0.0
    high_m: float = 0.0
    until: float = 0.0

    def holds(self, along_m: float, now: float) -> bool:
        """Whether it is all that is to be said there and then."""
        return self.low_m <= along_m < self.high_m and now < self.until
