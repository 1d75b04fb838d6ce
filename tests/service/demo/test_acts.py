"""Tests of the table of acts."""

from service.demo.acts import ACTS
from service.walks import RECORDINGS


def test_every_act_has_a_traveller_of_her_own() -> None:
    """One live journey per traveller; acts run side by side."""
    assert len({act.who for act in ACTS}) == len(ACTS)
    assert len({act.name for act in ACTS}) == len(ACTS)


def test_every_act_walks_a_recorded_walk() -> None:
    """Nothing is made up on the way."""
    assert {act.walk for act in ACTS} <= set(RECORDINGS)


def test_only_the_act_that_kills_server_and_watchman_has_them_for_itself() -> None:
    """The others would be disturbed."""
    assert [act.name for act in ACTS if act.own_house] == ["kill -9"]


def test_every_act_says_what_it_is_about() -> None:
    """A tired newcomer reads that first."""
    assert all(act.title and act.about.endswith(".") for act in ACTS)
