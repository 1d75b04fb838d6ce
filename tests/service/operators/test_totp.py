"""Codes of an authenticator, by the half minute."""

import pytest

from service.operators.totp import STEP_S, address, code_at, new_secret, step_at, steps_of

AT = 1_795_212_000.0
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The ASCII digits of RFC 6238's own examples."""


@pytest.mark.parametrize(
    ("at", "code"), [(59.0, "287082"), (1_111_111_109.0, "081804"), (1_234_567_890.0, "005924"), (2e9, "279037")]
)
def test_codes_are_those_of_the_standard(at: float, code: str) -> None:
    """The last six digits of RFC 6238, appendix B."""
    assert code_at(SECRET, at) == code


@pytest.mark.parametrize("late_s", [-STEP_S, 0, STEP_S])
def test_a_code_counts_in_its_own_half_minute_and_those_beside_it(late_s: int) -> None:
    """Clocks differ, and typing takes a while."""
    assert step_at(AT) in steps_of(SECRET, code_at(SECRET, AT), AT + late_s)


@pytest.mark.parametrize("late_s", [-2 * STEP_S, 2 * STEP_S])
def test_a_code_counts_no_longer_than_that(late_s: int) -> None:
    """Two half minutes away it is a wrong one."""
    assert steps_of(SECRET, code_at(SECRET, AT), AT + late_s) == ()


@pytest.mark.parametrize("typed", ["", "12345", "١٢٣٤٥٦", "not a code", "000000" * 3])
def test_what_is_no_code_is_a_wrong_code(typed: str) -> None:
    """Nothing that can be typed raises."""
    assert steps_of(SECRET, typed, AT) == ()


def test_spaces_do_not_matter() -> None:
    """Apps show three and three."""
    code = code_at(SECRET, AT)
    assert steps_of(SECRET, f" {code[:3]} {code[3:]} ", AT) == (step_at(AT),)


def test_every_secret_is_its_own() -> None:
    """160 bits, and an address that names the house and the operator."""
    one, two = new_secret(), new_secret()

    assert one != two
    assert len(one) == 32
    assert address("olga", one) == f"otpauth://totp/Lamplit:olga?secret={one}&issuer=Lamplit"
