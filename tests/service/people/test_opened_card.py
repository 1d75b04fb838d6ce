"""Whom Anna's card opens to, level by level."""

import pytest
from msgspec.structs import replace

from alerts.contact import Recipient
from service.journey.cover import shown_to
from service.journey.model import OPERATORS, Level, Proof
from service.people.model import Card, Traveller
from service.people.opened_card import card_for
from tests.builders import BETH, Walk, overdue, timer, walk

CARD = Card(full_name="Anna Kessler", address="4 Vines Lane, Rochester", danger="her former partner", word="heron")
CHLOE = Recipient(id="chloe", on_sos_list=False)
DAD = Recipient(id="dad", place=False)
TOLD = (BETH, DAD, CHLOE)


def anna(card: Card | None = CARD) -> Traveller:
    return Traveller(id="anna", number="+447700900123", name="Anna", created_at=0.0, card=card)


def at_level(level: str) -> Walk:
    """A walk that has come as far as this."""
    if level == "calm":
        return timer(people=TOLD)
    if level == "concern":
        return walk(people=TOLD).to(20)
    one = overdue(people=TOLD)
    if level == "L3":
        return one.to(50)
    if level == "L4":
        return one.to(54)
    if level == "sos":
        one.sos(window=False)
    if level == "duress":
        one.ends(Proof.DURESS)
    if level == "closed":
        one.to(54).ends()
    return one


@pytest.mark.parametrize("who", ["beth", "chloe", OPERATORS])
@pytest.mark.parametrize(
    ("level", "opens"),
    [
        ("calm", False),
        ("concern", False),
        ("L2", False),
        ("L3", True),
        ("L4", True),
        ("sos", True),
        ("duress", True),
        ("closed", False),
    ],
)
def test_it_opens_at_l3_and_in_a_cry_for_help(level: str, opens: bool, who: str) -> None:
    """To Beth and to operators; never to Chloe, who is not on the SOS list."""
    journey = at_level(level).journey
    view = journey if who == OPERATORS else shown_to(journey, who)
    assert (card_for(anna(), view, who) is not None) == (opens and who != "chloe")


def test_the_levels_of_these_walks_are_what_they_say() -> None:
    """Otherwise the table above would prove nothing."""
    levels = [at_level(name).incident.level for name in ("concern", "L2", "L3", "L4", "sos", "duress", "closed")]
    assert levels == [
        Level.CONCERN,
        Level.OVERDUE,
        Level.UNACKED,
        Level.OPERATOR,
        Level.OPERATOR,
        Level.OPERATOR,
        Level.RESOLVED,
    ]


def test_no_contact_is_given_her_word() -> None:
    """Only an operator can test by it who speaks; Beth reads all the rest."""
    journey = at_level("sos").journey
    assert card_for(anna(), journey, "beth") == replace(CARD, word="")
    assert card_for(anna(), journey, OPERATORS) == CARD


def test_whom_she_never_shows_her_place_is_not_given_her_address() -> None:
    """It is one."""
    shown = card_for(anna(), at_level("sos").journey, "dad")
    assert shown == replace(CARD, word="", address="")


def test_an_empty_card_is_none() -> None:
    """She wrote nothing down."""
    journey = at_level("sos").journey
    assert card_for(anna(None), journey, "beth") is None
    assert card_for(anna(Card()), journey, "beth") is None


def test_a_stranger_reads_nothing() -> None:
    """Somebody she removed meanwhile."""
    assert card_for(anna(), at_level("sos").journey, "ex") is None
