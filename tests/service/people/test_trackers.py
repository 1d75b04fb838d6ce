"""Linked tracker apps: linked with a PIN and a code, seen, shut out."""

import pytest

from alerts.notice import Kind
from service.people.codes import MOST_TRIES, fits, send_code
from service.people.model import Linking
from service.people.refusals import Refused, Why
from service.people.trackers import (
    HEARTBEAT_S,
    MOST_TRACKERS,
    SECRET_LETTERS,
    Linked,
    cannot,
    confirm,
    counted,
    last_seen,
    link,
    noticed,
    seen,
    unlink,
)
from service.tokens import token_hash

from .household import ANNA, BETH, DURESS, PIN, Her, Household


async def asks(home: Household, her: Her, app: str = "traccar", pin: str | None = PIN) -> Linking:
    home.clock.forward(61)
    return await link(home.house, await home.account(her.id), app, "in my bag", None, pin, "her phone")


async def links(home: Household, her: Her, app: str = "traccar", pin: str = PIN) -> Linked:
    linking = await asks(home, her, app, pin)
    return await confirm(home.house, await home.account(her.id), linking.id, await home.code_for(ANNA))


async def test_only_hashes_are_kept(home: Household) -> None:
    """The secret is shown once; what is on disk opens nothing."""
    her = await home.sign_up()
    linked = await links(home, her)
    [row] = await home.store.load([her.id])
    assert row is not None
    assert linked.secret.encode() not in row.value
    assert linked.tracker.secret_hash == token_hash(linked.secret)
    assert linked.secret.encode() not in repr(await home.store.book_all("tracker")).encode()
    found = await home.house.directory.tracker(linked.secret)
    assert found is not None
    assert (found[0].id, found[1].id) == (her.id, linked.tracker.id)


async def test_traccars_identifier_is_letters_and_digits_and_long_enough(home: Household) -> None:
    """It is all there is to prove who speaks; OwnTracks has a password beside its user."""
    her = await home.sign_up()
    traccar, owntracks = await links(home, her), await links(home, her, "owntracks")
    assert traccar.secret.isalnum()
    assert (len(traccar.secret), len(owntracks.secret)) == (SECRET_LETTERS, 43)


async def test_a_secret_of_an_app_is_no_token_and_a_token_no_secret(home: Household) -> None:
    """It reports where she is, and nothing else."""
    her = await home.sign_up()
    linked = await links(home, her)
    assert await home.house.directory.device(linked.secret) is None
    assert await home.house.directory.tracker(her.token) is None


async def test_shut_out_is_at_once(home: Household) -> None:
    """And with its place in the books."""
    her = await home.sign_up()
    linked = await links(home, her)
    await seen(home.house, linked.tracker)
    await unlink(home.house, await home.account(her.id), linked.tracker.id, PIN, "her phone")

    assert await home.house.directory.tracker(linked.secret) is None
    assert (await home.store.book_all("tracker"), await home.store.book_all("tracker-seen")) == ({}, {})
    with pytest.raises(Refused) as gone:
        await unlink(home.house, await home.account(her.id), linked.tracker.id, PIN, "her phone")
    assert gone.value.why is Why.NOT_FOUND


async def test_a_row_that_shut_it_out_is_stronger_than_the_book(home: Household) -> None:
    """We died between the two."""
    her = await home.sign_up()
    linked = await links(home, her)
    await unlink(home.house, await home.account(her.id), linked.tracker.id, PIN, "her phone")
    await home.house.directory.add_tracker(linked.tracker.secret_hash, her.id, linked.tracker.id)

    assert await home.house.directory.tracker(linked.secret) is None


@pytest.mark.parametrize(("pin", "why"), [(None, Why.PIN_NEEDED), ("1111", Why.TRY_AGAIN)])
async def test_without_her_pin_no_code_is_sent(home: Household, pin: str | None, why: Why) -> None:
    """Nobody pumps texts to her number through an unlocked phone."""
    her = await home.sign_up()
    before = len(await home.sends(Kind.CODE))
    with pytest.raises(Refused) as refused:
        await asks(home, her, pin=pin)
    assert (refused.value.why, len(await home.sends(Kind.CODE))) == (why, before)


async def test_codes_of_a_day_are_counted_together(home: Household) -> None:
    """One a minute, six a day, whatever they are for; one for signing up is already used."""
    her = await home.sign_up()
    for _ in range(5):
        await asks(home, her)
        with pytest.raises(Refused) as soon:
            await link(home.house, await home.account(her.id), "traccar", "bag", None, PIN, "her phone")
        assert soon.value.why is Why.TOO_MANY
    with pytest.raises(Refused) as today:
        await asks(home, her)
    assert today.value.why is Why.TOO_MANY


async def test_a_code_counts_for_one_thing_and_once(home: Household) -> None:
    """The one for a tracker signs nobody in, the one for signing in links nothing, and none links twice."""
    her = await home.sign_up()
    linking = await asks(home, her)
    code, account = await home.code_for(ANNA), await home.account(her.id)
    assert not await fits(home.house, her.id, account.phone, code)
    home.clock.forward(61)
    await send_code(home.house, account.phone, "Anna")
    with pytest.raises(Refused):
        await confirm(home.house, account, linking.id, await home.code_for(ANNA))
    await confirm(home.house, account, linking.id, code)
    with pytest.raises(Refused) as twice:
        await confirm(home.house, account, linking.id, code)
    assert twice.value.why is Why.WRONG_CODE


@pytest.mark.parametrize("way", ["wrong", "unknown", "old", "worn out"])
async def test_what_does_not_count_is_one_answer(home: Household, way: str) -> None:
    """Also for a linking that was never asked for."""
    her = await home.sign_up()
    linking, code = await asks(home, her), await home.code_for(ANNA)
    account = await home.account(her.id)
    tries = MOST_TRIES if way == "worn out" else 0
    for _ in range(tries):
        with pytest.raises(Refused):
            await confirm(home.house, account, linking.id, "000000")
    if way == "old":
        home.clock.forward(601)
    id_, keyed = ("x" * 16 if way == "unknown" else linking.id), ("000000" if way == "wrong" else code)
    with pytest.raises(Refused) as refused:
        await confirm(home.house, account, id_, keyed)
    assert (refused.value.why, counted(await home.account(her.id))) == (Why.WRONG_CODE, ())


async def test_there_is_room_for_a_few(home: Household) -> None:
    """Shut out one, and there is room again."""
    her = await home.sign_up()
    for _ in range(MOST_TRACKERS):
        last = await links(home, her)
        home.clock.forward(86_400)
    with pytest.raises(Refused) as full:
        await asks(home, her)
    assert full.value.why is Why.ALREADY
    await unlink(home.house, await home.account(her.id), last.tracker.id, PIN, "her phone")
    await links(home, her)
    assert len((await home.account(her.id)).trackers) == MOST_TRACKERS


@pytest.mark.parametrize(
    ("field", "app", "name", "heartbeat_s"),
    [("app", "pigeon", "bag", None), ("name", "traccar", " ", None), ("heartbeat_s", "traccar", "bag", 3600.0)],
)
async def test_bad_input_names_its_field(
    home: Household, field: str, app: str, name: str, heartbeat_s: float | None
) -> None:
    """Before any PIN is looked at."""
    her = await home.sign_up()
    with pytest.raises(Refused) as refused:
        await link(home.house, await home.account(her.id), app, name, heartbeat_s, None, "her phone")
    assert (refused.value.why, refused.value.field) == (Why.INVALID, field)


async def test_she_is_told_by_text(home: Household) -> None:
    """As of a new device, and what to do if it was not she."""
    her = await home.sign_up()
    await links(home, her)
    [told] = await home.sends(Kind.NEW_DEVICE)
    assert (told.to, told.extra) == ("her", {"words": "tracker"})


async def test_linked_under_duress_it_works_and_people_know(home: Household) -> None:
    """One that did not would tell the two PINs apart."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    linked = await links(home, her, pin=DURESS)
    assert await home.house.directory.tracker(linked.secret) is not None
    assert len((await home.account(her.id)).behind) == 1


async def test_that_it_is_there_is_written_four_times_an_hour(home: Household) -> None:
    """Of one that never was nothing is known."""
    her = await home.sign_up()
    linked = await links(home, her)
    assert await last_seen(home.house, await home.account(her.id)) == {}
    came_at = home.clock.now()
    for _ in range(3):
        await seen(home.house, linked.tracker)
        home.clock.forward(400)
    assert await last_seen(home.house, await home.account(her.id)) == {linked.tracker.id: came_at}
    home.clock.forward(400)
    await seen(home.house, linked.tracker)
    assert await last_seen(home.house, await home.account(her.id)) == {linked.tracker.id: home.clock.now()}


def test_what_it_cannot_do_is_said_in_words() -> None:
    """With the minutes that its heartbeat makes."""
    assert [code for code, _ in cannot("traccar", HEARTBEAT_S)][-2:] == ["sos_at_once", "not_asked"]
    assert "no_sos" in dict(cannot("owntracks", HEARTBEAT_S))
    assert "after 25 min" in dict(cannot("traccar", HEARTBEAT_S))["silent_when_still"]
    assert (noticed(30.0), noticed(900.0)) == ("3 min", "75 min")
