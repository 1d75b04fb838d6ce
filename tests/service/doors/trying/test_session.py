"""Whose try a browser shows, and what was answered there."""

import pytest

from service.doors.trying.session import TrySession, not_it, refused
from service.people.refusals import Refused, Why
from tests.service.doors.neighbourhood import Neighbourhood
from tests.service.doors.tried import begun


async def test_a_cookie_of_somebody_else_shows_nothing(street: Neighbourhood) -> None:
    """Whose a try is, only a seal of this house says."""
    browser, _ = await begun(street)
    other = street.browser()
    stolen = browser.http.cookies["lamplit_try"].partition(".")[0]

    other.http.cookies.set("lamplit_try", f"{stolen}.guessed")

    assert "Start the walk" in await other.reads("/try")
    assert (await other.http.get("/try/pin")).status_code == 404


async def test_what_was_said_is_said_to_one_browser(street: Neighbourhood) -> None:
    """And to nobody before anything was pressed."""
    session = TrySession(street.house, street.tryouts)
    browser, _ = await begun(street)
    tryout = await street.tryouts.find(browser.http.cookies["lamplit_try"].partition(".")[0])
    assert tryout is not None
    assert session.said(tryout) == ""

    session.say(tryout, "Thank you.")

    assert session.said(tryout) == "Thank you."


@pytest.mark.parametrize(
    ("wait_s", "words"),
    [
        (None, "That is not it. Try again."),
        (0.0, "That is not it. Try again."),
        (30.0, "That is not it. Try again. The next one is heard in 30 s."),
    ],
)
def test_a_pin_that_is_not_it_says_when_to_come_again(wait_s: float | None, words: str) -> None:
    """The same words whatever was wrong with it."""
    assert not_it(wait_s) == words


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (
            Refused(Why.TOO_MANY, "expected ten minutes between tests", wait_s=90.0),
            "between tests. Again in 1 min 30 s.",
        ),
        (Refused(Why.TOO_MANY, "no more", wait_s=float("inf")), "Not done: no more."),
        (Refused(Why.JOURNEY_UNDER_WAY, "expected no open alarm"), "Not while an alarm is open."),
    ],
)
def test_a_refusal_is_worded(refusal: Refused, words: str) -> None:
    """With when to come again, where that is known."""
    assert refused(refusal).endswith(words)
