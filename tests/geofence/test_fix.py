"""Which fixes are set aside, and by which name."""

import msgspec
import pytest

from geofence.fix import PREDICATES, Fix, because, elapsed_s, set_aside

from .drawn import BEGAN_AT, fix


def why(now: Fix, before: Fix | None = None, received_s: float = 601.0) -> str | None:
    """The name under which Anna's phone's fix is set aside."""
    return set_aside(now, before, journey_began_at=BEGAN_AT, received_at=BEGAN_AT + received_s)


def changed(now: Fix, **fields: object) -> Fix:
    return msgspec.structs.replace(now, **fields)


HERE = fix(0, 0, 600)


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (changed(HERE, lat=91.0), "nowhere"),
        (changed(HERE, lon=float("nan")), "nowhere"),
        (changed(HERE, lat=0.0, lon=0.0), "null island"),
        (changed(HERE, at=BEGAN_AT + 700), "future"),
        (changed(HERE, at=BEGAN_AT - 31), "older than the journey"),
        (changed(HERE, accuracy_m=None), "accuracy missing or worse than 200 m"),
        (changed(HERE, accuracy_m=201.0), "accuracy missing or worse than 200 m"),
        (changed(HERE, accuracy_m=float("nan")), "accuracy missing or worse than 200 m"),
        (changed(HERE, mock=True), "mock"),
    ],
)
def test_a_wrong_fix_is_named(wrong: Fix, name: str) -> None:
    """Each way of being implausible has its own name."""
    assert why(wrong) == name


def test_an_ordinary_fix_is_judged() -> None:
    """A first fix with 200 m of accuracy is still plausible; so is one measured just before she set off."""
    assert why(changed(HERE, accuracy_m=200.0)) is None
    assert why(fix(0, 0, -20)) is None


def test_the_same_fix_twice_is_a_duplicate() -> None:
    """The same instant at the same place, even under another number."""
    assert why(changed(HERE, seq=8), HERE) == "duplicate"
    assert why(changed(HERE, at=HERE.at + 10), HERE) is None


def test_a_jump_no_vehicle_could_make() -> None:
    """Two kilometres in ten seconds is a jump; in a minute it is a train."""
    assert why(fix(2000, 0, 610), HERE, 611) == "jump"
    assert why(fix(2000, 0, 660), HERE, 661) is None


def test_a_jump_inside_the_blur_is_none() -> None:
    """What two poor accuracies can explain is no jump, however short the time."""
    assert why(fix(390, 0, 601, accuracy_m=180.0), changed(HERE, accuracy_m=20.0), 602) is None
    assert why(fix(390, 0, 601, accuracy_m=20.0), changed(HERE, accuracy_m=20.0), 602) == "jump"


def test_no_jump_when_the_time_between_is_unknown() -> None:
    """Across a change of the phone's clock nothing can be said about speed."""
    assert why(fix(2000, 0, 610, segment=1), HERE, 611) is None
    assert why(fix(2000, 0, 600), HERE) is None


def test_the_time_between_two_fixes() -> None:
    """It is never negative: none, backwards and another segment are unknown."""
    assert elapsed_s(HERE, fix(0, 0, 610)) == pytest.approx(10.0)
    assert elapsed_s(None, HERE) is None
    assert elapsed_s(HERE, fix(0, 0, 590)) is None
    assert elapsed_s(HERE, fix(0, 0, 610, segment=1)) is None


def test_speed_is_never_a_reason() -> None:
    """A fix that says 60 m/s is kept: fast is a judgement, not a fault."""
    assert why(changed(HERE, speed_mps=60.0)) is None


def test_every_name_is_used_once() -> None:
    """The table gives every predicate a name of its own."""
    assert len({name for name, _ in PREDICATES}) == len(PREDICATES)


@pytest.mark.parametrize(
    ("wrong", "numbers"),
    [
        (changed(HERE, at=BEGAN_AT + 700), {"ahead_s": 99.0, "limit_s": 30.0}),
        (changed(HERE, at=BEGAN_AT - 31), {"before_s": 31.0, "limit_s": 30.0}),
        (changed(HERE, accuracy_m=250.0), {"accuracy_m": 250.0, "limit_m": 200.0}),
        (fix(2000, 0, 610), {"jump_m": 2000.0, "after_s": 10.0, "limit_mps": 80.0, "accuracy_m": 20.0}),
        (changed(HERE, accuracy_m=None), None),
        (changed(HERE, accuracy_m=float("nan")), None),
        (changed(HERE, lat=91.0), None),
    ],
)
def test_what_was_compared(wrong: Fix, numbers: dict[str, float] | None) -> None:
    """Each predicate that measures something tells it beside its limit, to a tenth; what is no number is not told."""
    name = set_aside(wrong, HERE, journey_began_at=BEGAN_AT, received_at=BEGAN_AT + 601.0)
    assert name is not None
    told = because(name, wrong, HERE, BEGAN_AT, BEGAN_AT + 601.0)
    assert told == (numbers if numbers is None else pytest.approx(numbers, abs=2.0))


def test_a_time_of_another_age_is_nowhere() -> None:
    """A number that no clock shows is no time: it would be the newest for ever."""
    assert why(changed(HERE, at=1e13), received_s=1e13) == "nowhere"
    assert why(changed(HERE, at=float("inf"))) == "nowhere"
