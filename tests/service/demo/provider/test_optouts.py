"""STOP, START, HELP: the words, whom they concern, and what the phone and our webhook get."""

import pytest
from twilio.base.exceptions import TwilioRestException

from alerts.receipts import carrier_word
from service.demo.provider.account import Account, Service
from service.demo.provider.optouts import HELPED, STARTED, STOPPED, OptOuts
from service.demo.twilio_double import SENDER

from .town import BETH, SECOND, town

POOL = "MG" + "1" * 32


@pytest.mark.parametrize("word", ["STOP", "stopall", " Unsubscribe ", "END", "quit", "Cancel", "REVOKE", "optout"])
def test_any_of_the_stop_words_alone_stops(word: str) -> None:
    """In any case, with spaces around; the product knows each of them as well."""
    optouts = OptOuts(Account("AC1", []))
    assert optouts.heard(BETH, SENDER, word) == ("STOP", STOPPED)
    assert optouts.has_stopped(BETH, SENDER)
    assert carrier_word(word) == "STOP"


@pytest.mark.parametrize("words", ["STOP please", "CANCEL 1234", "42", "the END", ""])
def test_a_word_among_others_stops_nothing(words: str) -> None:
    """Only single-word messages count."""
    optouts = OptOuts(Account("AC1", []))
    assert optouts.heard(BETH, SENDER, words) == ("", "")
    assert not optouts.has_stopped(BETH, SENDER)


@pytest.mark.parametrize("word", ["START", "Yes", "UNSTOP"])
def test_start_ends_it_and_is_answered_only_then(word: str) -> None:
    """YES from somebody who never stopped is a plain YES to us."""
    optouts = OptOuts(Account("AC1", []))
    assert optouts.heard(BETH, SENDER, word) == ("START", "")
    optouts.heard(BETH, SENDER, "STOP")
    assert optouts.heard(BETH, SENDER, word) == ("START", STARTED)
    assert not optouts.has_stopped(BETH, SENDER)


def test_help_is_answered_unless_she_has_stopped() -> None:
    """INFO is the same word; a second STOP gets no second answer."""
    optouts = OptOuts(Account("AC1", []))
    assert optouts.heard(BETH, SENDER, "help") == ("HELP", HELPED)
    optouts.heard(BETH, SENDER, "STOP")
    assert optouts.heard(BETH, SENDER, "Info") == ("HELP", "")
    assert optouts.heard(BETH, SENDER, "STOP") == ("STOP", "")


def test_it_concerns_one_number_or_a_whole_service() -> None:
    """From a number of a pool nobody of that pool may text her; our other numbers may."""
    account = Account("AC1", [])
    account.services[POOL] = Service(POOL, [SENDER, SECOND])
    optouts = OptOuts(account)
    optouts.heard(BETH, SENDER, "STOP")
    assert [optouts.has_stopped(BETH, ours) for ours in (SENDER, SECOND, POOL, "+447700900008")] == [True] * 3 + [False]


async def test_she_is_answered_on_her_phone_and_we_hear_of_it() -> None:
    """The webhook comes with OptOutType; her second number of ours still reaches her."""
    async with town() as here:
        assert await here.double.incoming(BETH, "Stop") == 200
        await here.passes()
        assert [(one.sender, one.body) for one in here.double.phone(BETH).texts] == [(SENDER, STOPPED)]
        (came,) = here.doors.at("/in")
        assert (came["Body"], came["OptOutType"], came["To"]) == ("Stop", "STOP", SENDER)
        with pytest.raises(TwilioRestException, match="unsubscribed"):
            await here.text()
        assert (await here.text(from_=SECOND)).sid


async def test_from_a_service_it_comes_as_the_error_of_a_callback() -> None:
    """Which number would text her is not known when the text is taken, so it fails afterwards, with 21610."""
    async with town() as here:
        here.double.service(POOL, SENDER)
        await here.double.incoming(BETH, "END")
        text = await here.text(messaging_service_sid=POOL)
        assert text.status == "accepted"
        await here.passes()
        assert [(post["MessageStatus"], post["ErrorCode"]) for post in here.doors.at("/s")] == [("failed", "21610")]
