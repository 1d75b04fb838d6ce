"""The maps of this deployment as its service has them, for a command at the prompt: with the lists of havens, and with what
is reported."""

from dataclasses import dataclass

import typer

from service.haven_list import havens_at_start
from service.settings import Settings
from service.store import StoreUnavailable, WrongStore

from .known import Known
from .regions import maps_of
from .reports import Reported
from .reports_listed import of_here


@dataclass(frozen=True, slots=True)
class Served:
    """The maps, what is wrong with some by their names, and what is reported (None: there is nobody to ask)."""

    known: tuple[Known, ...]
    faults: dict[str, str]
    reported: list[Reported] | None


def as_served(settings: Settings, now: float) -> Served:
    """All maps as they are now. A store that is there and does not answer is said on stderr, for what is planned without it
    may lead by lamps that are out; before the first start there is none, and nothing can have been reported."""
    reported: list[Reported] | None = None
    try:
        reported = of_here(settings, now)
    except FileNotFoundError:
        pass
    except (StoreUnavailable, WrongStore, OSError) as error:
        typer.echo(f"lamps reported out are not counted: {error}", err=True)
    found = maps_of(settings, havens_at_start(settings).places)
    found.relight(reported or ())
    found.swap()
    return Served(found.known, found.faults, reported)
