"""What must hold whatever happens, of a cover story and of who has not said YES: random lives."""

from hypothesis import given
from hypothesis import strategies as st

from alerts.notice import HER
from service.journey.cover import shown_to_her
from service.journey.events import SosFired
from service.journey.model import Proof
from tests.builders import Walk

from .heart_acts import (
    OPERATORS_ACTS,
    Act,
    anything,
    claims_alone,
    from_contacts,
    from_phone,
    play,
    starts,
    time_alone,
    without_closing,
)
from .test_heart_properties import lived, lives

WITH_PIN = ("answered", "ended", "extended", "leg", "sos_cancelled")
again = st.builds(lambda what: Act("pin", (what,)), st.sampled_from(WITH_PIN))
"""One of her PINs, whichever this story is about."""


@lives
@given(
    starts(),
    st.lists(anything.filter(lambda a: Proof.DURESS not in a.args), max_size=10),
    st.sampled_from(WITH_PIN),
    st.lists(
        st.one_of(time_alone, from_phone, without_closing(anything), again).filter(
            lambda a: (
                Proof.DURESS not in a.args and a.name not in ("receipt", "dropped", "wake", "looked", *OPERATORS_ACTS)
            )
        ),
        max_size=15,
    ),
)
def test_after_duress_her_phone_and_the_others_see_what_a_true_pin_brings(
    anna: Walk, acts: list[Act], given_as: str, later: list[Act]
) -> None:
    """The same answers, the same messages to her and to contacts who are not on the SOS list, the same journey; also when
    it is given again."""
    anna.hands = anna.delivers = True
    lived(anna, acts)
    if anna.journey.shadow is not None:
        return
    stories = {}
    for proof in (Proof.PIN, Proof.DURESS):
        story = Walk(anna.journey, anna.minute)
        answers = []
        for act in (Act("pin", (given_as,)), *later):
            play(story, keyed(act, proof))
            asked_by = act.args[0] if act.name == "said" else HER
            if asked_by not in listed(story):
                answers.append(story.answer)
            play(story, Act("wait", (0.0,)))  # receipts of those who are told the truth sweep, too
        unlisted = {p.id for p in story.journey.plan.people if not p.on_sos_list} | {HER}
        seen = [n for n in story.notices if n.to in unlisted]
        stories[proof] = (answers, seen, shown_to_her(story.journey))
    true, forced = stories[Proof.PIN], stories[Proof.DURESS]
    assert forced[0] == true[0]
    assert forced[1] == true[1]
    assert forced[2] == true[2]


def keyed(act: Act, proof: Proof) -> Act:
    """The same with one of her PINs, where it takes one."""
    if act.name != "pin":
        return act
    args = {
        "answered": ("ok", proof, "", None),
        "ended": (proof,),
        "extended": (10.0, proof),
        "leg": (1, proof),
        "sos_cancelled": (proof,),
    }
    return Act(act.args[0], args[act.args[0]])


def listed(anna: Walk) -> frozenset[str]:
    """The SOS list."""
    return anna.journey.plan.sos_list


@lives
@given(
    starts(),
    st.lists(anything, max_size=10),
    st.lists(
        st.one_of(time_alone, from_phone, from_contacts, claims_alone).filter(lambda a: a.name != "wake"), max_size=15
    ),
)
def test_under_a_cover_nobody_sees_what_operators_do(anna: Walk, acts: list[Act], later: list[Act]) -> None:
    """Lived with their claims, notes and wishes and without: her screens, and the texts to her and to contacts who are
    not on the SOS list, are the same."""
    lived(anna, [*acts, Act("ended", (Proof.DURESS,))])
    if anna.journey.shadow is None:
        return
    anna.hands = anna.delivers = True
    stories = []
    for chosen in (later, [a for a in later if a.name not in OPERATORS_ACTS]):
        story = Walk(anna.journey, anna.minute)
        lived(story, [one for act in chosen for one in (act, Act("wait", (0.0,)))])
        unlisted = {p.id for p in story.journey.plan.people if not p.on_sos_list} | {HER}
        stories.append(([n for n in story.notices if n.to in unlisted], shown_to_her(story.journey)))
    assert stories[0] == stories[1]


@lives
@given(starts(), st.lists(anything, max_size=30))
def test_who_has_not_said_yes_gets_an_sos_and_its_end_and_nothing_else(anna: Walk, acts: list[Act]) -> None:
    """One text an incident, if she is on the list; then at most one end of it. (An end that is told again belongs to an
    alarm that arrived late.)"""
    lived(anna, acts)
    rungs = [(n.incident, n.rung, n.kind.value) for n in anna.notices if n.to == "emma"]
    assert {(rung, kind) for _, rung, kind in rungs} <= {
        ("SOS-INVITED", "sos"),
        ("END", "closed"),
        ("END", "sos_pin"),
        ("END again SOS-INVITED", "closed"),
    }
    assert len({(incident, rung) for incident, rung, _ in rungs}) == len(rungs)
    if "emma" not in listed(anna):
        assert not [p for p in anna.journey.plan.invited if p.on_sos_list]
        return
    cries = [e for e in anna.events if isinstance(e, SosFired)]
    assert len([r for r in rungs if r[1] == "SOS-INVITED"]) == len(cries)
