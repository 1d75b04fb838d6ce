"""Who is asking."""

import pytest
from fastapi import HTTPException, Request

from service.doors.sessions import LONGEST_TOKEN, sessions
from service.people.devices import last_seen
from tests.service.people.household import PIN, household


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


async def test_a_device_that_was_shut_out_is_401_at_once() -> None:
    """No copy of it is kept anywhere."""
    async with household() as home:
        her = await home.sign_up()
        who = sessions(home.house)
        session = await who(request(f"Bearer {her.token}"))
        await her.post(f"/devices/{session.device.id}/revoke", {"pin": PIN})

        with pytest.raises(HTTPException) as refused:
            await who(request(f"Bearer {her.token}"))
        assert refused.value.status_code == 401


async def test_that_a_device_was_there_is_written_now_and_then() -> None:
    """Once in a quarter of an hour, however often it asks."""
    async with household() as home:
        her = await home.sign_up(pins=False)
        who, written = sessions(home.house), []
        put = home.store.book_put

        async def counted(book: str, *args: object, **more: object) -> bool:
            written.append(book)
            return await put(book, *args, **more)  # type: ignore[arg-type]

        home.store.book_put = counted  # type: ignore[method-assign]
        for _ in range(3):
            session = await who(request(f"Bearer {her.token}"))
        home.clock.forward(900)
        await who(request(f"Bearer {her.token}"))

        assert written == ["device-seen"] * 2
        assert await last_seen(home.house, session.account) == {session.device.id: home.clock.now()}
