"""One tap before a place is shown."""

from dataclasses import replace

import pytest
from starlette.requests import Request

from service.clock import ScaledClock
from service.doors.contact.link import Link
from service.doors.pages_glance import SEE_S, fetched_ahead, glance, sealed, still_counts

from .neighbourhood import Neighbourhood


def _request(see: str = "", method: str = "GET", **headers: str) -> Request:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "headers": sent, "query_string": f"see={see}".encode(), "path": "/c/x"}
    return Request(scope)


async def _overdue(street: Neighbourhood) -> Link:
    journey = await street.sets_off(minutes=20)
    await street.time_passes(40 * 60.0)
    return await street.link_of(journey)


async def test_a_link_alone_is_no_look(street: Neighbourhood) -> None:
    """Whatever fetches it."""
    link = await _overdue(street)

    seen = await glance(street.house, link, _request())

    assert (seen.link, seen.see, seen.shown, seen.unwritten) == (link, "", False, False)


async def test_a_seal_shows_and_the_journey_is_the_one_that_was_looked_at(street: Neighbourhood) -> None:
    """Read anew, with the look in it."""
    link = await _overdue(street)
    see = sealed(street.house, link.token)

    seen = await glance(street.house, link, _request(see))

    assert (seen.see, seen.shown, seen.fresh) == (see, True, "")
    assert [k.by for k in seen.link.kept.journey.looks] == [link.contact.id]
    assert link.kept.journey.looks == ()


async def test_a_seal_is_good_for_ten_minutes_and_for_one_link(street: Neighbourhood) -> None:
    """After five it is changed for a newer one, without a look; after ten it is a link like any other."""
    link = await _overdue(street)
    see = sealed(street.house, link.token)
    street.clock.forward(SEE_S / 2 + 60.0)
    older = await glance(street.house, link, _request(see))
    assert older.fresh == sealed(street.house, link.token) != see
    assert not older.shown
    assert not still_counts(street.house, "another", see)
    street.clock.forward(SEE_S)
    assert not still_counts(street.house, link.token, see)
    assert not (await glance(street.house, link, _request(see))).shown


async def test_where_there_is_nothing_to_see_a_seal_is_nothing(street: Neighbourhood) -> None:
    """All is well: no look, and no newer seal for ever and ever."""
    journey = await street.sets_off()
    link = await street.link_of(journey)
    see = sealed(street.house, link.token)
    street.clock.forward(SEE_S / 2 + 60.0)

    seen = await glance(street.house, link, _request(see))

    assert (seen.shown, seen.fresh, seen.see) == (False, "", "")


async def test_a_fast_clock_leaves_a_reader_as_long(street: Neighbourhood) -> None:
    """In the sandbox ten minutes of hers pass in half of one of the reader's."""
    fast = ScaledClock(factor=20.0)
    see = sealed(replace(street.house, clock=fast), "x")
    later = ScaledClock(factor=20.0, virtual_origin_at=fast.now() + SEE_S * 15)
    assert still_counts(replace(street.house, clock=later), "x", see)
    later.set_speed(1.0)
    assert not still_counts(replace(street.house, clock=later), "x", see)


@pytest.mark.parametrize(
    ("request_", "ahead"),
    [
        (_request(), False),
        (_request(method="HEAD"), True),
        (_request(purpose="prefetch"), True),
        (_request(sec_purpose="prefetch;prerender"), True),
        (_request(x_purpose="preview"), True),
        (_request(x_moz="Prefetch"), True),
        (_request(sec_purpose="navigate"), False),
    ],
)
def test_what_nobody_reads_is_known(request_: Request, ahead: bool) -> None:
    """Browsers say so when they fetch in case."""
    assert fetched_ahead(request_) is ahead
