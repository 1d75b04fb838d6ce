"""Everything a door needs, in one place and already alive. Made by `service.app`, handed to doors as an argument."""

from dataclasses import dataclass, field

from alerts.gateway import Gateway

from .clock import Clock
from .feed import Feed
from .havens import Havens
from .maps.along import NoMap, RouteLights
from .maps.planning import Planning
from .maps.regions import Maps
from .maps.street_names import street_name
from .people.directory import Directory
from .people.pins import Pins
from .remembered.archive import Archive
from .sandbox_phones import SandboxPhones
from .settings import Settings
from .store import Store
from .telling import Voice
from .tokens import Sealer
from .watch import Watch
from .watching.meters import Meters


@dataclass(slots=True)
class Vitals:
    """How this process is, for `/health`, `/metrics` and the first page. Instants by its monotonic clock."""

    started_at: float
    last_round_at: float | None = None
    late_rounds: int = 0
    rounds: int = 0
    handed: int = 0
    dead_letters: int = 0
    unknown_callbacks: int = 0
    sockets: int = 0
    marks: dict[str, tuple[object, float]] = field(default_factory=dict)
    """What this process has seen written down, and since when it has not changed."""
    meters: Meters = field(default_factory=Meters)
    devices: dict[str, float] = field(default_factory=dict)
    """When this process last wrote down that a device was there."""


@dataclass(slots=True)
class House:
    settings: Settings
    clock: Clock
    store: Store
    watch: Watch
    directory: Directory
    pins: Pins
    sealer: Sealer
    feed: Feed
    gateway: Gateway
    archive: Archive
    vitals: Vitals
    phones: SandboxPhones | None = None
    lights: RouteLights = field(default_factory=NoMap)
    """The light along routes."""
    planning: Planning = field(default_factory=lambda: Planning(Maps()))

    @property
    def sandbox(self) -> bool:
        """No credentials are set: messages go to on-screen phones and nothing leaves this machine."""
        return self.phones is not None

    @property
    def maps(self) -> Maps:
        """The maps that are in use."""
        return self.planning.maps

    @property
    def havens(self) -> Havens:
        """What is known of havens."""
        return self.watch.havens

    @property
    def public_url(self) -> str:
        return self.settings.public_url or f"http://{self.settings.host}:{self.settings.port}"

    @property
    def voice(self) -> Voice:
        """What words need from this deployment. A place is called as the maps in use at that moment call its street."""
        return Voice(
            timezone=self.settings.timezone,
            region=self.settings.country,
            link=lambda journey, contact: f"{self.public_url}/c/{self.sealer.link_token(journey, contact)}",
            place=lambda seen: street_name(self.maps.known, seen.lat, seen.lon, seen.accuracy_m),
        )
