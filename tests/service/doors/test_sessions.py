"""Who is asking."""

import pytest
from fastapi import HTTPException, Request

from service.doors.sessions import LONGEST_TOKEN, sessions
from tests.service.people.household import household


def request(authorization: str) -> Request:
    """A request with this header."""
    return Request({"type": "http", "headers": [(b"authorization", authorization.encode())]})


async def test_a_token_opens_its_own_account() -> None:
    """The scheme in any case, as the RFC has it; everything else is 401."""
    async with household() as home:
        her = await home.sign_up()
        who = sessions(home.house)

        session = await who(request(f"bearer {her.token}"))
        assert (session.account.id, session.device.name) == (her.id, "her phone")
        for bad in ("", "Bearer", f"Basic {her.token}", f"Bearer {her.token}x", f"Bearer {'x' * (LONGEST_TOKEN + 1)}"):
            with pytest.raises(HTTPException) as refused:
                await who(request(bad))
            assert refused.value.status_code == 401
