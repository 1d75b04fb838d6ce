"""The one true sentence. That it comes true is tested in tests/stories/test_heart_properties.py."""

import pytest
from msgspec.structs import replace

from alerts.contact import Channel, Recipient
from service.journey.model import JourneyKind
from service.journey.sentence import promised_at, sentence
from tests.builders import BETH, CHLOE, DAD, at, journey, people

MUM = Recipient(id="mum")


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ((BETH, DAD), "we text and ring {beth} and {dad}. If neither answers, nobody else is told."),
        ((BETH,), "we text and ring {beth}. If there is no answer, nobody else is told."),
        ((BETH, DAD, MUM), "we text and ring {beth}, {dad} and {mum}. If none answers, nobody else is told."),
        ((BETH, DAD, CHLOE), "{beth} and {dad}. If neither answers in 5 min, we text and ring {chloe}."),
        ((CHLOE,), "we text and ring {chloe}. If there is no answer, nobody else is told."),
        (people("beth", channels=(Channel.SMS,)), "we text {beth}. If there is no answer, nobody else is told."),
        (people("beth", reachable_by_sms=False), "we ring {beth}. If there is no answer, nobody else is told."),
        ((), "Not home by 23:41: nobody is told."),
    ],
)
def test_it_names_who_hears(who: tuple[Recipient, ...], words: str) -> None:
    """And how, and who comes next."""
    assert words in sentence(journey(people=who))


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (
            "Mo-Su 08:00-22:00",
            "we text and ring {dad}. If there is no answer in 5 min, we text and ring {beth} and {chloe}.",
        ),
        (
            "Mo-Su 20:00-26:00",
            "we text and ring {beth} and {dad}. If neither answers in 5 min, we text and ring {chloe}.",
        ),
    ],
)
def test_the_hours_of_that_instant_order_them(hours: str, words: str) -> None:
    """At 23:41 Beth is asleep, or up: told after the others, or with them, and never left out."""
    assert words in sentence(journey(people=(replace(BETH, hours=hours), DAD, CHLOE)))


def test_hours_leave_nobody_out() -> None:
    """Where everybody is asleep everybody is told."""
    asleep = people("beth", "dad", hours="Mo-Su 08:00-22:00")
    assert "we text and ring {beth} and {dad}. If neither answers, nobody else" in sentence(journey(people=asleep))


@pytest.mark.parametrize(("profile", "clock"), [("relaxed", "23:45"), ("standard", "23:41"), ("high_risk", "23:39")])
def test_it_names_the_end_of_the_grace_in_local_time(profile: str, clock: str) -> None:
    """Winter in Rochester; an hour later in Paris."""
    anna = journey(profile)
    assert sentence(anna).startswith(f"Not home by {clock}:")
    assert promised_at(anna) == at(int(clock[3:]))
    assert sentence(journey(profile, zone="Europe/Paris")).startswith(f"Not home by 00:{clock[3:]}:")


def test_a_timer_is_about_being_heard_from() -> None:
    """A date, a meeting."""
    assert sentence(journey(kind=JourneyKind.TIMER)).startswith("Not heard from by 23:41:")


def test_a_journey_without_an_eta_promises_its_sos_only() -> None:
    """To those on the SOS list."""
    assert sentence(journey(kind=JourneyKind.SOS)) == "Your SOS tells {beth} and {dad} at once."
    assert promised_at(journey(kind=JourneyKind.SOS)) is None
