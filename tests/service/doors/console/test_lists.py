"""The operators' list, signed in to."""

import re
from pathlib import Path

import pytest

from service.operators import presence, totp
from service.operators.accounts import Role
from service.operators.reasons import Reasoned, noted
from service.web.pages import EXIT_HEADERS
from tests.service.doors.neighbourhood import Neighbourhood, neighbourhood, words

MINUTES = 60.0


async def test_without_a_session_there_is_only_the_form(street: Neighbourhood) -> None:
    """Nobody's journey is on it."""
    journey = await street.sets_off()

    read = await street.browser().reads("/console")

    assert "Password" in read
    assert journey.plan.reference not in read


@pytest.mark.parametrize(("name", "password"), [("priya", "wrong"), ("nobody", "a long pass phrase"), ("", "")])
@pytest.mark.parametrize("code", ["000000", ""])
async def test_what_was_wrong_is_not_said(street: Neighbourhood, name: str, password: str, code: str) -> None:
    """An unknown name, a wrong password and a wrong code read alike."""
    await street.operators.add("priya", "a long pass phrase")

    answer = await street.browser().press("/console", "/console/login", name=name, password=password, code=code)

    assert answer.status_code == 403
    assert "That name, password and code do not go together. Try again." in words(answer.text)


async def test_a_code_that_was_seen_over_a_shoulder_opens_nothing(street: Neighbourhood) -> None:
    """Used once, it is used up, also for somebody who knows the password."""
    secret = await street.operators.add("priya", "a long pass phrase")
    code = totp.code_at(secret, street.clock.now())
    typed = {"name": "priya", "password": "a long pass phrase", "code": code}
    hers = await street.browser().press("/console", "/console/login", **typed)

    theirs = await street.browser().press("/console", "/console/login", **typed)

    assert "Needs a person" in hers.text
    assert theirs.status_code == 403


async def test_an_account_without_an_authenticator_is_told_the_command(tmp_path: Path) -> None:
    """Outside the sandbox, where a sandbox has been before."""
    async with neighbourhood(tmp_path, sandbox=False) as street:
        name, password = await street.operators.ready(tmp_path)

        answer = await street.browser().press("/console", "/console/login", name=name, password=password)

    assert answer.status_code == 403
    assert "run `lamplit operator totp operator`, on the machine where Lamplit runs." in words(answer.text)


async def test_the_sandbox_asks_its_ready_operator_for_no_code(street: Neighbourhood) -> None:
    """And says so where it is typed."""
    name, password = await street.operators.ready(street.house.settings.data_dir)

    answer = await street.browser().press("/console", "/console/login", name=name, password=password)

    assert "Needs a person" in answer.text
    assert "who needs no code" in await street.browser().reads("/console")


async def test_a_calm_journey_is_a_row_without_name_or_place(street: Neighbourhood) -> None:
    """Since when, due, state and link: no more."""
    journey = await street.sets_off()
    browser = await street.on_shift("priya")

    read = await browser.reads("/console")

    assert f"{journey.plan.reference} 21:59" in read
    assert "on her way live" in read
    assert "Anna" not in read
    assert "51.38" not in read


async def test_an_overdue_one_needs_a_person(street: Neighbourhood) -> None:
    """What, how long, who was told and how far, what comes next; where she is only on its own page."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(33 * MINUTES)
    browser = await street.on_shift("priya")

    read = await browser.reads("/console")

    assert "Anna has not arrived and does not answer." in read
    assert "Nobody yet" in read
    assert re.search(r"Beth: delivered [\d.]+ s, no answer yet", read)
    assert "The ladder takes its next step at" in read
    assert "51.38" not in read
    assert f"Open {journey.plan.reference}" in read
    assert "Nobody is on their way right now." in read
    assert (await street.journey(journey.id)).looks == ()


async def test_the_list_says_who_is_on_shift(street: Neighbourhood) -> None:
    """Whoever closes her browser is off it a minute later, whoever signs out at once."""
    olga = await street.on_shift("olga")
    omar = await street.on_shift("omar")
    assert "On shift now: olga, omar. You are olga." in await olga.reads("/console")

    street.clock.forward(45)
    assert "On shift now: olga, omar." in await olga.reads("/console")
    street.clock.forward(15)
    assert "On shift now: olga." in await olga.reads("/console")

    await omar.reads("/console")
    await omar.press("/console", "/console/logout")
    assert "On shift now: olga." in await olga.reads("/console")


async def test_whoever_is_removed_is_off_shift_with_the_next_page(street: Neighbourhood) -> None:
    """Her page becomes the form."""
    olga = await street.on_shift("olga")

    await street.operators.remove("olga")

    assert "Password" in await olga.reads("/console")
    assert await presence.alive(street.house, street.clock.now()) == ()


async def test_signing_out_ends_the_session(street: Neighbourhood) -> None:
    """The browser forgets, and the token opens nothing any more."""
    browser = await street.on_shift("priya")
    token = browser.http.cookies["lamplit_operator"]

    answer = await browser.press("/console", "/console/logout")

    assert answer.headers["clear-site-data"] == EXIT_HEADERS["Clear-Site-Data"]
    assert "You are signed out." in answer.text
    other = street.browser()
    other.http.cookies.set("lamplit_operator", token)
    assert "Password" in await other.reads("/console")


async def test_the_address_of_a_form_leads_back(street: Neighbourhood) -> None:
    """A browser that opens it again lands on the list."""
    assert "Password" in await street.browser().reads("/console/login")


async def test_admins_see_the_shift_and_every_look_with_a_reason(street: Neighbourhood) -> None:
    """Operators do not: they land on the list."""
    admin, omar = await street.on_shift("olga", Role.ADMIN), await street.on_shift("omar")
    look = Reasoned(street.clock.now(), "omar", "abc-1", "K742", "Something else: her mother was on the phone")
    await noted(street.house, look)

    read = await admin.reads("/console/shift")

    assert "olga admin on shift omar operator on shift" in read
    assert "omar K742 21:59 Something else: her mother was on the phone" in read
    assert "Needs a person" in await omar.reads("/console/shift")
    assert "every look with a reason" in await admin.reads("/console")
    assert "every look with a reason" not in await omar.reads("/console")


async def test_an_admin_sees_whose_account_has_no_authenticator(street: Neighbourhood) -> None:
    """So that nobody finds out at the beginning of a night."""
    admin = await street.on_shift("olga", Role.ADMIN)
    await street.operators.add("omar", "a long pass phrase")
    omar = await street.operators.account("omar")
    assert omar is not None
    old = f'{{"name":"omar","password_hash":"{omar.password_hash}","since":1.0}}'
    await street.house.store.book_put("operators", "omar", old.encode())

    assert "omar operator no authenticator yet" in await admin.reads("/console/shift")
