"""Anna walks by a lamp that is out and says so; what people tell of the streets counts until it is old."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofence.lighting import Light
from geofence.plane import distance_m
from service.maps.reports import (
    A_DAY,
    AT_ONCE,
    BOOK,
    DAY_S,
    KEPT_S,
    LONGEST_S,
    SAME_M,
    Reported,
    What,
    alive,
    apart,
    each,
    forget,
    take_back,
    take_back_officially,
    tell,
    tell_officially,
    weighed,
)
from service.memory_store import MemoryStore
from service.people.refusals import Refused, Why

NOW = 1_795_305_600.0
HERE = (51.389, 0.504)
NEXT_DOOR = (51.3891, 0.504)
AWAY = (51.392, 0.504)


@pytest.fixture
def store() -> MemoryStore:
    """An empty store."""
    return MemoryStore()


async def anna_tells(store: MemoryStore, id_: str = "lamp-1", **more: Any) -> None:
    """A lamp is out at the corner."""
    told = {"account": "anna", "lat": HERE[0], "lon": HERE[1], "what": What.LAMP_OUT, "now": NOW, **more}
    await tell(store, id_=id_, **told)


async def lights(store: MemoryStore, now: float = NOW) -> list[Light]:
    """What the streets hear of it."""
    return [one.least for one in weighed((await alive(store, now)).values())]


async def test_one_word_makes_a_street_doubtful(store: MemoryStore) -> None:
    """Anna may have meant the next lamp: unknown, not unlit."""
    await anna_tells(store)
    assert await lights(store) == [Light.UNKNOWN]


async def test_two_peoples_words_make_it_unlit(store: MemoryStore) -> None:
    """Beth tells of the same lamp, ten metres on; of a lamp elsewhere she would say nothing about this one."""
    await anna_tells(store)
    await anna_tells(store, account="beth", lat=AWAY[0])
    assert await lights(store) == [Light.UNKNOWN, Light.UNKNOWN]
    await anna_tells(store, "lamp-2", account="beth", lat=NEXT_DOOR[0])
    assert sorted(await lights(store)) == [Light.UNKNOWN, Light.UNLIT, Light.UNLIT]


async def test_nobody_is_two_people(store: MemoryStore) -> None:
    """Anna tells twice of one lamp, under two ids: it is her word still."""
    await anna_tells(store)
    await anna_tells(store, "lamp-2", lat=NEXT_DOOR[0])
    assert await lights(store) == [Light.UNKNOWN, Light.UNKNOWN]


async def test_a_councils_word_counts_alone(store: MemoryStore) -> None:
    """Until the day that it names, and it may take it back."""
    await tell_officially(store, "works-7", *HERE, NOW, NOW + 3 * DAY_S)
    assert await lights(store) == [Light.UNLIT]
    assert await lights(store, NOW + 3 * DAY_S) == []
    await tell_officially(store, "works-7", *HERE, NOW, NOW + DAY_S)
    await take_back_officially(store, "works-7")
    assert await lights(store) == []


async def test_a_worry_is_told_apart(store: MemoryStore) -> None:
    """It says nothing of lamps, and with a lamp reported beside it makes nothing surer."""
    await anna_tells(store, what=What.CONCERN)
    await anna_tells(store, "lamp-2", account="beth")
    worry, lamp = sorted(weighed((await alive(store, NOW)).values()), key=lambda one: one.least)
    assert (worry.least, worry.concern) == (Light.LIT, True)
    assert (lamp.least, lamp.concern) == (Light.UNKNOWN, False)


async def test_a_report_is_over_after_four_weeks(store: MemoryStore) -> None:
    """By then it is mended, or somebody tells of it again; and nothing of it is kept."""
    await anna_tells(store)
    assert await lights(store, NOW + KEPT_S - 1.0) == [Light.UNKNOWN]
    assert await lights(store, NOW + KEPT_S) == []
    assert await store.book_all(BOOK) == {}


async def test_told_twice_it_is_kept_once(store: MemoryStore) -> None:
    """A request that is sent again changes nothing, not even how long it holds."""
    first = await tell(store, "anna", "lamp-1", *HERE, What.LAMP_OUT, NOW)
    again = await tell(store, "anna", "lamp-1", *AWAY, What.LAMP_OUT, NOW + 60.0)
    assert again == first
    assert len(await alive(store, NOW)) == 1


async def test_another_accounts_id_is_another_report(store: MemoryStore) -> None:
    """Ids are each account's own: Beth's first lamp is not Anna's."""
    await anna_tells(store)
    await anna_tells(store, account="beth", lat=AWAY[0])
    assert len(await alive(store, NOW)) == 2


async def test_ten_a_day_are_all(store: MemoryStore) -> None:
    """The eleventh waits until tomorrow; Beth may tell all the same."""
    for n in range(A_DAY):
        await anna_tells(store, f"lamp-{n}")
    with pytest.raises(Refused) as refused:
        await anna_tells(store, "one-more")
    assert (refused.value.why, refused.value.wait_s) == (Why.TOO_MANY, DAY_S)
    await anna_tells(store, account="beth")
    await anna_tells(store, "one-more", now=NOW + DAY_S)


async def test_fifty_of_one_account_are_all(store: MemoryStore) -> None:
    """Whoever tells ten a day for weeks cannot put a town in doubt; when the first is over there is room for one more."""
    for n in range(AT_ONCE):
        await anna_tells(store, f"lamp-{n}", now=NOW + n // A_DAY * DAY_S)
    later = NOW + 10 * DAY_S
    with pytest.raises(Refused) as refused:
        await anna_tells(store, "one-more", now=later)
    assert (refused.value.why, refused.value.wait_s) == (Why.TOO_MANY, NOW + KEPT_S - later)
    await anna_tells(store, account="beth", now=later)
    await anna_tells(store, "one-more", now=NOW + KEPT_S)


class Slow(MemoryStore):
    """A store that takes a while to answer, so that others ask meanwhile."""

    async def book_all(self, book: str) -> dict[str, bytes]:
        found = await super().book_all(book)
        await asyncio.sleep(0)
        return found


async def test_a_hundred_at_the_same_instant_are_no_more_than_ten() -> None:
    """Each of them has seen that there was room; whatever is kept is not more than a day's."""
    store = Slow()
    answers = await asyncio.gather(
        *(anna_tells(store, f"lamp-{n}", lat=51.0 + n / 100) for n in range(100)), return_exceptions=True
    )
    refused = [one for one in answers if isinstance(one, Refused)]
    assert 100 - A_DAY <= len(refused) < 100
    assert len(await alive(store, NOW)) == 100 - len(refused)


def test_what_two_tell_of_one_lamp_is_one_lamp() -> None:
    """The first of them stands for it: eleven metres on is the same lamp, the next street is not."""
    assert list(apart([HERE, NEXT_DOOR, AWAY, HERE])) == [HERE, AWAY]


async def test_only_her_own_report_is_hers_to_take_back(store: MemoryStore) -> None:
    """Beth's is not found, whoever knows its id."""
    await anna_tells(store)
    with pytest.raises(Refused) as refused:
        await take_back(store, "beth", "lamp-1")
    assert refused.value.why is Why.NOT_FOUND
    await take_back(store, "anna", "lamp-1")
    assert await alive(store, NOW) == {}


async def test_what_an_account_has_told_goes_with_it(store: MemoryStore) -> None:
    """Erased: hers are gone, Beth's and the council's stay."""
    await anna_tells(store)
    await anna_tells(store, account="beth", lat=AWAY[0])
    await tell_officially(store, "works-7", *HERE, NOW, NOW + DAY_S)
    await forget(store, "anna")
    assert len(await alive(store, NOW)) == 2


async def test_no_report_names_anybody(store: MemoryStore) -> None:
    """Neither the account nor anything that reads like it is written down."""
    await anna_tells(store)
    [(name, value)] = (await store.book_all(BOOK)).items()
    assert "anna" not in name
    assert b"anna" not in value


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("id", {"id_": ""}),
        ("id", {"id_": "x" * 65}),
        ("id", {"id_": "é"}),
        ("id", {"id_": ".."}),
        ("lat", {"lat": 86.0}),
        ("lat", {"lat": float("nan")}),
        ("lon", {"lon": 181.0}),
        ("lon", {"lon": float("inf")}),
    ],
)
async def test_what_cannot_be_a_report_names_its_field(store: MemoryStore, field: str, wrong: dict[str, Any]) -> None:
    """And nothing is kept."""
    with pytest.raises(Refused) as refused:
        await anna_tells(store, **wrong)
    assert (refused.value.why, refused.value.field) == (Why.INVALID, field)
    assert await store.book_all(BOOK) == {}


def one_by_one(every: list[Reported]) -> list[Light]:
    """The same, each held against all the others."""
    lamps = [one for one in every if one.what is What.LAMP_OUT]

    def says(one: Reported) -> Light:
        if one.what is What.CONCERN:
            return Light.LIT
        others = [other for other in lamps if other.by != one.by]
        near = any(distance_m(one.lat, one.lon, other.lat, other.lon) <= SAME_M for other in others)
        return Light.UNLIT if not one.by or near else Light.UNKNOWN

    return [says(one) for one in every]


METRE_DEG = 1 / 111_000


@given(
    st.sampled_from([0.0, 51.4, -33.9, 69.6, 84.99]),
    st.sampled_from([0.0, 0.5, -179.9, 151.2]),
    st.lists(
        st.tuples(
            st.floats(-60.0, 60.0),
            st.floats(-60.0, 60.0),
            st.sampled_from([b"", b"a", b"b", b"c"]),
            st.sampled_from(What),
        ),
        max_size=30,
    ),
)
def test_what_many_say_together_is_as_if_each_were_held_against_all(
    lat: float, lon: float, told: list[tuple[float, float, bytes, What]]
) -> None:
    """In every part of the world: no two that are of one lamp are overlooked, and no others are taken together."""
    every = [
        Reported(lat=lat + y * METRE_DEG, lon=lon + x * METRE_DEG * 2, what=what, at=NOW, until=NOW + 1.0, by=by)
        for x, y, by, what in told
    ]
    assert [report.least for _, report in each(every)] == one_by_one(every)
    assert [one for one, _ in each(every)] == every
    assert weighed(every) == tuple(report for _, report in each(every))


@pytest.mark.parametrize("until", [NOW, NOW - 1.0, NOW + LONGEST_S + 1.0, float("nan"), float("inf")])
async def test_a_council_cannot_darken_a_street_for_ever(store: MemoryStore, until: float) -> None:
    """A year at most, and not in the past."""
    with pytest.raises(Refused) as refused:
        await tell_officially(store, "works-7", *HERE, NOW, until)
    assert refused.value.field == "until"


async def test_what_a_newer_process_wrote_is_left_alone(store: MemoryStore) -> None:
    """It counts for nothing here, and is still there for whoever can read it."""
    await store.book_put(BOOK, "strange", b"\x93\x01\x02\x03")
    await anna_tells(store)
    assert len(await alive(store, NOW + KEPT_S)) == 0
    assert list(await store.book_all(BOOK)) == ["strange"]


async def test_what_a_phone_called_its_report_is_in_no_log(
    store: MemoryStore, capsys: pytest.CaptureFixture[str]
) -> None:
    """An id is her phone's own word, and may be about somebody."""
    await store.book_put(BOOK, "aa/tom lives here", b"\x93")
    await alive(store, NOW)
    said = "".join(capsys.readouterr())
    assert "cannot be read" in said
    assert "tom" not in said
