"""When something counts as noticed."""

from benchmarks.field.phone import STARTED_AT
from benchmarks.judgement import noticed_s
from benchmarks.lived import Lived
from geofence.sighting import Sighting, Standing
from service.journey.events import PromptRaised
from service.journey.model import Cause


def asked(at_s: float) -> PromptRaised:
    """A question why she stands."""
    return PromptRaised(prompt="p1", concern_at=None, at=STARTED_AT + at_s, cause=Cause.STALLED)


def standing(at_s: float) -> tuple[float, Sighting]:
    """A fix by which she stands."""
    at = STARTED_AT + at_s
    return at_s, Sighting(
        seq=0, at=at, received_at=at, lat=0.0, lon=0.0, fresh=True, along_m=0.0, standing=Standing.STALLED
    )


def test_a_stall_is_noticed_when_she_is_asked() -> None:
    """What her progress says before anybody asks helps nobody."""
    came = Lived(events=[asked(1_350.0)], seen=[standing(1_310.0)])

    assert noticed_s(came, turned_s=1_000.0, rule=1_300.0) == 1_350.0


def test_in_the_quiet_after_an_answer_her_standing_is_enough() -> None:
    """She was asked about a stall just before, and the law has her left in peace for ten minutes."""
    came = Lived(events=[asked(900.0), asked(1_600.0)], seen=[standing(1_310.0)])

    assert noticed_s(came, turned_s=1_000.0, rule=1_300.0) == 1_310.0


def test_nobody_asks_is_never() -> None:
    """However often her progress said so."""
    came = Lived(seen=[standing(1_310.0)])

    assert noticed_s(came, turned_s=1_000.0, rule=1_300.0) == float("inf")
