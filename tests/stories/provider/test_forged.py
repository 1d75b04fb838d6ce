"""Requests that the provider did not make, or made before: refused alike, or taken, counted and without effect."""

from collections.abc import AsyncIterator
from itertools import cycle, islice
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from yarl import URL

from alerts.receipts import Receipt, receipt
from service.demo.twilio_double import ACCOUNT, TOKEN
from service.receiving import receipt_came
from tests.provider_world import PUBLIC, ProviderWorld
from tests.stories.provider.overdue import overdue
from tests.stories.provider.stranger import Stranger, everything, signed
from tests.world import Contact
from tests.world_people import Walk

DOORS = ("/twilio/status", "/twilio/sms", "/twilio/voice", "/twilio/voice/keys", "/twilio/voice/in")


Evening = tuple[ProviderWorld, Walk, Contact, Stranger]


@pytest.fixture
async def told() -> AsyncIterator[Evening]:
    """Anna is overdue; Beth's phone has shown it."""
    async with ProviderWorld(whole=True) as world, aiohttp.ClientSession() as http:
        beth = world.contact("Beth")
        _, walk = await overdue(world, beth, minutes=28.2)
        yield world, walk, beth, Stranger(world, http)
        world.expect_everything()


def of_beths_text(world: ProviderWorld, beth: Contact) -> tuple[str, dict[str, str]]:
    """The newest callback about a text to her: where, and what it said."""
    return next(
        (u, f) for u, f, _ in reversed(world.double.callbacks) if f.get("To") == beth.number and "MessageSid" in f
    )


async def test_whoever_has_no_token_is_refused_at_every_door_alike(told: Evening) -> None:
    """No signature; another token's; one for another host, another scheme, another port, another path, another body, by the
    host we are called by or by what a header says of it: the same 403, and nothing has changed."""
    world, walk, beth, stranger = told
    url, fields = of_beths_text(world, beth)
    query = urlsplit(url).query
    form = {**fields, "MessageStatus": "failed", "CallSid": "CA1", "Digits": "1", "Body": "42"}
    before, answers = await everything(world, walk), set()
    for door in DOORS:
        path = f"{door}?{query}"
        inside = world.doors.url
        for about, headers in (
            (f"{PUBLIC}{path}", {}),
            (f"http://lamplit.example{path}", {"X-Forwarded-Proto": "http"}),
            (f"{PUBLIC}:8443{path}", {}),
            (f"{inside}{path}", {}),
            (f"https://evil.example{path}", {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}),
            (f"https://evil.example{path}", {"Forwarded": "host=evil.example;proto=https"}),
            (f"{PUBLIC}/elsewhere{path}", {"X-Forwarded-Prefix": "/elsewhere", "X-Original-URL": f"/elsewhere{path}"}),
        ):
            token = TOKEN if about != f"{PUBLIC}{path}" else "somebody else's"
            answers.add(await stranger.posts(path, form, signed(about, form, token), **headers))
        good = signed(f"{PUBLIC}{path}", form)
        answers.add(await stranger.posts(path, form))
        answers.add(await stranger.posts(path, {**form, "Digits": "3"}, good))
        answers.add(await stranger.posts(f"{path}&x=1", form, good))
        answers.add(await stranger.posts(path, form, good[:-4]))
        answers.add(await stranger.posts(path, form, "é" * 28))

    assert {status for status, _ in answers} == {403}
    assert len(answers) == 1
    await world.settle()
    assert await everything(world, walk) == before


async def test_behind_a_proxy_only_the_pinned_address_counts(told: Evening) -> None:
    """Called by an inside name, with whatever headers a proxy adds or a stranger forges: what is signed for the public
    address is taken."""
    world, _, beth, stranger = told
    url, fields = of_beths_text(world, beth)
    parts = urlsplit(url)
    for headers in (
        {"Host": "web:8470", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "X-Forwarded-Port": "81"},
        {"Host": "evil.example", "X-Forwarded-For": "203.0.113.9", "Forwarded": "host=evil.example;proto=http"},
    ):
        answer = await stranger.posts(f"{parts.path}?{parts.query}", fields, signed(url, fields), **headers)
        assert answer == (200, "")


async def test_only_posts_are_answered(told: Evening) -> None:
    """A GET with a good signature for it, a HEAD, a PUT: nothing is behind them."""
    world, walk, beth, stranger = told
    url, fields = of_beths_text(world, beth)
    before = await everything(world, walk)
    for door in DOORS:
        path = f"{door}?{urlsplit(url).query}&{urlencode({'MessageStatus': 'failed', 'MessageSid': 'SM1'})}"
        for method in ("GET", "HEAD", "PUT", "DELETE"):
            headers = {"X-Twilio-Signature": signed(f"{PUBLIC}{path}", {})}
            at = URL(f"{world.doors.url}{path}", encoded=True)
            async with stranger.http.request(method, at, headers=headers) as answer:
                assert answer.status in (404, 405)
    assert await everything(world, walk) == before
    assert fields["To"] == beth.number


@pytest.mark.parametrize("m", ["", "0" * 16, "é" * 16, "A" * 5000])
async def test_an_address_that_we_did_not_make_changes_nothing(told: Evening, m: str) -> None:
    """Signed by the provider, and the notice, the attempt or the seal is not ours: 200 so that it is not asked again,
    counted, and a call hears nothing."""
    world, walk, beth, stranger = told
    url, fields = of_beths_text(world, beth)
    notice = next(n for n in urlsplit(url).query.split("&") if n.startswith("n="))
    before, counted = await everything(world, walk), world.front.house.vitals.unknown_callbacks
    tries = [f"{notice}&a=1&{urlencode({'m': m})}", f"{notice}&a=٣&{urlencode({'m': m})}", f"n=&a=&m={'1' * 16}", ""]
    for query in tries:
        for door in DOORS[:1] + DOORS[2:4]:
            at = f"{PUBLIC}{door}?{query}" if query else f"{PUBLIC}{door}"
            at = str(URL(at))
            form = {**fields, "CallSid": "CA1", "CallStatus": "in-progress", "Digits": "1"}
            parts = urlsplit(at)
            status, body = await stranger.posts(
                f"{parts.path}?{parts.query}" if parts.query else parts.path, form, signed(at, form)
            )
            assert status == 200
            assert "<Say" not in body
    assert world.front.house.vitals.unknown_callbacks == counted + 3 * len(tries)
    assert await everything(world, walk) == before


async def test_another_account_is_refused_whatever_it_is_signed_with(told: Evening) -> None:
    """A request that says that it is about somebody else's account is not for us."""
    world, walk, beth, stranger = told
    url, fields = of_beths_text(world, beth)
    assert fields["AccountSid"] == ACCOUNT
    before = await everything(world, walk)
    status, _ = await stranger.repeats(url, {**fields, "AccountSid": f"AC{'9' * 32}", "MessageStatus": "failed"})
    assert status == 403
    status, _ = await stranger.repeats(
        f"{PUBLIC}/twilio/sms",
        {"AccountSid": f"AC{'9' * 32}", "MessageSid": "SM9", "From": beth.number, "To": "+447700900000", "Body": "42"},
    )
    assert status == 403
    assert await everything(world, walk) == before


async def test_enormous_requests_are_not_read(told: Evening) -> None:
    """Declared or in pieces without a length, one field or thousands, a file: refused before anything is done."""
    world, walk, _, stranger = told
    before = await everything(world, walk)

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"Body=" + b"x" * 4096 + b"&"

    many = "&".join(f"f{n}=1" for n in range(5000))
    for door in DOORS:
        assert (await stranger.posts(door, {"Body": "x" * 70_000}))[0] == 413
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        assert (await stranger.posts(door, pieces(), **kind))[0] == 413
        assert (await stranger.posts(door, many, **kind))[0] in (400, 403, 413, 422)
        upload = aiohttp.FormData({"Body": "42"})
        upload.add_field("f", b"x" * 1000, filename="x.jpg")
        assert (await stranger.posts(door, upload))[0] in (400, 403, 413, 422)
        assert (await stranger.posts(door, b"\xff\x00=%FF%00&%", **kind))[0] == 403
    assert await everything(world, walk) == before


async def test_replayed_ten_thousand_times_a_request_does_nothing_twice(told: Evening) -> None:
    """Everything the provider ever posted about this evening comes again, newest first, over and over: all of it is taken,
    and nothing has changed since the first round. Two hundred times over HTTP, where each costs milliseconds; the rest
    behind the door."""
    world, walk, beth, stranger = told
    await beth.phone.texts((await walk.journey()).plan.code)
    await world.pass_time(seconds=10)
    posted = [(url, fields) for url, fields, _ in reversed(world.double.callbacks)]
    before = await everything(world, walk)
    for url, fields in islice(cycle(posted), 200):
        status, _ = await stranger.repeats(url, fields)
        assert status == 200
    reports = [_report(url, fields) for url, fields in posted if urlsplit(url).path == "/twilio/status"]
    for report in islice(cycle(reports), 9_800):
        await receipt_came(world.front.house, report)
    await world.settle()
    assert await everything(world, walk) == before


def _report(url: str, fields: dict[str, str]) -> Receipt:
    query = parse_qs(urlsplit(url).query)
    taken = receipt(query["n"][0], int(query["a"][0]), fields)
    assert taken is not None
    return taken
