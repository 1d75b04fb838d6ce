"""Errors in the shape the client reads."""

import msgspec

from service.demo.provider.refusals import Refused


def test_an_error_says_its_number_and_where_to_read_about_it() -> None:
    """The client makes its exception of these four fields."""
    answer = Refused(21610).answer()
    assert isinstance(answer.body, bytes)
    body = msgspec.json.decode(answer.body)
    assert (answer.status, body["code"], body["status"]) == (400, 21610, 400)
    assert body["more_info"].endswith("/21610")


def test_too_many_requests_say_when_to_come_back() -> None:
    """429 with 20429 and Retry-After, in whole seconds."""
    answer = Refused(20429, retry_after_s=3).answer()
    assert (answer.status, answer.headers["Retry-After"]) == (429, "3")


def test_a_scripted_error_may_have_any_number() -> None:
    """What no table knows is a plain 400, or what was asked for."""
    assert Refused(99999).answer().status == 400
    assert Refused(99999, http=503).answer().status == 503
