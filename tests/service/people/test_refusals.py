"""What people are told when they may not."""

from service.people.refusals import Refused, Why, invalid


def test_a_refusal_says_what_was_wrong_with_what() -> None:
    """The field first, then what was expected."""
    assert str(invalid("tier", "expected 1 or 2, got 3")) == "tier: expected 1 or 2, got 3"
    assert str(Refused(Why.TRY_AGAIN, "try again", wait_s=10.0)) == "try again"
