"""What must hold whatever she says or shows of her way: turning aside, being at a haven, a new line. From any state."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geofence.sighting import Standing
from service.journey.events import IncidentResolved, JourneyClosed
from service.journey.model import Journey, Level, Proof
from tests.builders import Walk

from .heart_acts import PLACES, Act, anything, play, starts, time_alone, without_closing

ways = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
HEIGHT = {level: n for n, level in enumerate(Level)}
of_her_way = st.one_of(
    st.builds(lambda id_: Act("diverted", (id_,)), st.sampled_from(tuple(PLACES))),
    st.builds(lambda proof: Act("rerouted", (proof,)), st.sampled_from((Proof.NONE, Proof.PIN, Proof.WRONG))),
    st.just(Act("fix", (Standing.AT_HAVEN, False, True, None, ""))),
)


def height(journey: Journey) -> int:
    """How high what others know of has come, 0 for nothing."""
    return 0 if journey.alarm is None else HEIGHT[journey.alarm.level]


def lived(anna: Walk, acts: list[Act]) -> Walk:
    for act in acts:
        play(anna, act)
    return anna


@ways
@given(starts(), st.lists(without_closing(anything), max_size=20), st.lists(of_her_way, min_size=1, max_size=8))
def test_nothing_of_it_closes_lowers_or_answers_what_others_know(anna: Walk, before: list[Act], way: list[Act]) -> None:
    """No journey ends by it and no incident; an alarm stays as high as it was, `due` stays due, and once due the ETA stays."""
    lived(anna, before)
    for act in way:
        anna.jump(anna.minute)  # what time alone has done by now is not the act's
        was, events = anna.journey, len(anna.events)
        play(anna, act)
        now = anna.journey
        assert not [e for e in anna.events[events:] if isinstance(e, JourneyClosed | IncidentResolved)]
        assert height(now) >= height(was)
        assert now.due == was.due
        assert was.due is None or now.eta_at == was.eta_at


@ways
@given(starts(), st.lists(without_closing(anything), max_size=12), st.lists(of_her_way, max_size=5), st.data())
def test_silence_after_it_is_never_safe_either(
    anna: Walk, before: list[Act], way: list[Act], data: st.DataObject
) -> None:
    """Whatever she said, hours of nothing close nothing; who has an ETA and says nothing becomes overdue."""
    lived(anna, [*before, *way])
    under_way, events = anna.journey.under_way, len(anna.events)
    lived(anna, data.draw(st.lists(time_alone, max_size=10)))
    promised = anna.journey.eta_at is not None or anna.journey.due is not None
    anna.to(anna.minute + 14 * 60)
    assert not [e for e in anna.events[events:] if isinstance(e, JourneyClosed | IncidentResolved)]
    assert anna.journey.under_way is under_way
    if under_way and promised:
        assert anna.journey.overdue_since is not None
