"""Who may use the account, and for what."""

import aiohttp
import pytest

from service.demo.provider.account import Account, Service
from service.demo.provider.refusals import Refused

BETH = "+447700900201"
OURS = "+447700900000"


@pytest.fixture
def account() -> Account:
    return Account("AC1", ["old"])


def refused(account: Account, token: str, sid: str = "AC1") -> tuple[int, int] | None:
    """The error and the HTTP status, or None for who is let in."""
    try:
        account.let_in(aiohttp.encode_basic_auth("AC1", token), sid)
    except Refused as refusal:
        return refusal.code, refusal.http
    return None


def test_two_tokens_are_valid_while_one_replaces_the_other(account: Account) -> None:
    """Callbacks are signed with the newer; a revoked one opens nothing any more."""
    account.rotate("new")
    assert (refused(account, "old"), refused(account, "new"), account.newest) == (None, None, "new")
    account.revoke("old")
    assert (refused(account, "old"), refused(account, "new")) == ((20003, 401), None)
    account.revoke("new")
    assert (refused(account, "new"), account.newest) == ((20003, 401), "")


def test_a_token_is_good_for_its_own_account(account: Account) -> None:
    """Another account's address is as closed as a wrong token."""
    assert refused(account, "old", "AC2") == (20003, 401)


def refusal(account: Account, to: str) -> int:
    with pytest.raises(Refused) as refusing:
        account.check_to(to, invalid=21211, foreign=21408, unverified=21608)
    return refusing.value.code


def test_numbers_that_it_may_not_reach(account: Account) -> None:
    """No number at all, a country that is not allowed, and on a trial account one that was not verified."""
    account.check_to(BETH, invalid=1, foreign=2, unverified=3)
    assert [refusal(account, to) for to in ("07700900201", "+0123456789", "+44 7700 900201", "+44", "Beth")] == [
        21211
    ] * 5
    account.countries = ("+44",)
    assert refusal(account, "+38640123456") == 21408
    account.verified = {BETH}
    account.check_to(BETH, invalid=1, foreign=2, unverified=3)
    assert refusal(account, "+447700900202") == 21608


def test_a_sender_has_to_be_the_accounts(account: Account) -> None:
    """Any will do until the account says which it has."""
    account.check_sender("+1", 21606)
    account.senders = {OURS}
    account.check_sender(OURS, 21606)
    with pytest.raises(Refused):
        account.check_sender("+1", 21606)


def test_a_service_is_known_by_its_sid_and_by_its_numbers(account: Account) -> None:
    """A number in a pool belongs to the service; others belong to none."""
    service = account.services["MG1"] = Service("MG1", [OURS])
    assert account.service("MG1") is service
    assert account.service_of(OURS) is service
    assert account.service_of("+1") is None
    with pytest.raises(Refused):
        account.service("MG2")
