"""PINs: what may be one, what is kept, and that time does not tell them apart."""

import asyncio

import pytest
from msgspec.structs import replace

from service.journey.model import Proof
from service.people.model import Traveller
from service.people.pins import Pins, policy, stripped
from service.people.refusals import Refused, Why
from service.tokens import Sealer

from .household import cheap_pins

SEALER = Sealer(b"a secret of sixteen bytes or more")


@pytest.fixture
def pins() -> Pins:
    """Cheap ones."""
    return cheap_pins(SEALER)


async def anna(pins: Pins) -> Traveller:
    return Traveller(
        id="anna",
        number="+447700900123",
        name="Anna",
        created_at=0.0,
        pin_hash=await pins.hashed("anna", "2468"),
        duress_hash=await pins.hashed("anna", "9753"),
    )


@pytest.mark.parametrize(
    ("typed", "proof"),
    [
        ("2468", Proof.PIN),
        ("24 68", Proof.PIN),
        ("9753", Proof.DURESS),
        ("0000", Proof.WRONG),
        ("", Proof.WRONG),
        ("pin?", Proof.WRONG),
        (None, Proof.NONE),
    ],
)
async def test_what_a_pin_proves(pins: Pins, typed: str | None, proof: Proof) -> None:
    """Hers, the one that means the opposite, or neither; spaces do not matter."""
    assert await pins.prove(await anna(pins), typed) is proof


async def test_every_outcome_is_the_same_work(pins: Pins, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three hashes are tried for the true PIN, the duress PIN, a wrong one, and for somebody who has none."""
    someone = await anna(pins)
    nobody = Traveller(id="eve", number="+447700900124", name="Eve", created_at=0.0)
    tried: list[str | None] = []
    fits = pins._fits

    def counted(kept: str | None, word: str) -> bool:
        tried.append(kept)
        return fits(kept, word)

    monkeypatch.setattr(pins, "_fits", counted)

    counts = []
    for who, pin in ((someone, "2468"), (someone, "9753"), (someone, "1111"), (nobody, "2468")):
        await pins.prove(who, pin)
        counts.append(len(tried))

    assert counts == [3, 6, 9, 12]


async def test_pins_set_under_duress_are_both_duress_pins(pins: Pins) -> None:
    """Whoever made her set them finds both accepted, and neither is hers."""
    someone = replace(await anna(pins), decoy_hash=await pins.hashed("anna", "1357"))

    assert [await pins.prove(someone, pin) for pin in ("2468", "9753", "1357")] == [
        Proof.PIN,
        Proof.DURESS,
        Proof.DURESS,
    ]


async def test_an_answer_may_take_as_long_as_it_always_does() -> None:
    """What began before that is answered at once, what has just begun rests."""
    even = Pins(SEALER, time_cost=1, memory_kib=8, even_s=0.02)
    now = asyncio.get_running_loop().time()
    await even.even(now - 5.0)
    await even.even(now)

    assert asyncio.get_running_loop().time() > now + 0.019


async def test_a_hash_is_worth_nothing_without_the_secret(pins: Pins) -> None:
    """Four digits could be tried out in minutes; under another deployment's secret none of them fits."""
    stolen = await anna(pins)
    elsewhere = cheap_pins(Sealer(b"another secret, long enough"))

    assert await elsewhere.prove(stolen, "2468") is Proof.WRONG


async def test_a_pin_belongs_to_one_traveller(pins: Pins) -> None:
    """The same digits of two women have nothing in common that could be copied over."""
    a = await anna(pins)
    eve = Traveller(id="eve", number="+447700900124", name="Eve", created_at=0.0, pin_hash=a.pin_hash)

    assert await pins.prove(eve, "2468") is Proof.WRONG


async def test_a_crowd_is_told_to_come_again() -> None:
    """The queue before the threads has an end."""
    full = Pins(SEALER, time_cost=1, memory_kib=8, most_waiting=0)

    with pytest.raises(Refused) as refused:
        await full.hashed("anna", "2468")

    assert refused.value.why is Why.BUSY


@pytest.mark.parametrize(
    ("pin", "duress", "field"),
    [
        ("123", "456", "pin"),
        ("123456789", "987654321", "pin"),
        ("12a4", "9753", "pin"),
        ("1234", "", "duress_pin"),
        ("1234", "98765", "duress_pin"),
        ("1234", "1235", "duress_pin"),
        ("1234", "1234", "duress_pin"),
        ("١٢٣٤", "9753", "pin"),
    ],
)
def test_a_pin_that_will_not_do_is_named(pin: str, duress: str, field: str) -> None:
    """Four to eight digits each, as many in both, differing in two or more."""
    with pytest.raises(Refused) as refused:
        policy(pin, duress)

    assert refused.value.field == field
    assert pin not in str(refused.value) or not pin


def test_spaces_are_no_part_of_a_pin() -> None:
    """People write 12 34."""
    assert policy("12 34", "1 2 4 3") == ("1234", "1243")
    assert stripped(" 2 4\t68 ") == "2468"
