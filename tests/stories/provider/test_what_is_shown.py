"""What she, the operators and `lamplit why` are shown of every message, held against the provider's record: the state, and
the second of every step."""

from collections import Counter
from typing import Any

from alerts.receipts import reason
from service.demo.provider.books import Entry
from service.demo.provider.numbers import Kind as Number
from service.demo.provider.phones import Person, Press, ShownCall
from service.demo.provider.script import Do, Script
from service.doors.console.incident_seen import message_line
from service.doors.pages_words import lasting
from service.doors.phones.snapshot import snapshot
from service.journey.events import Event
from service.journey.model import Proven
from service.remembered.why import plain
from service.remembered.why_words import Teller
from tests.provider_world import STEP_S, ProviderWorld, notice_of
from tests.stories.provider.overdue import overdue
from tests.world import Contact

Steps = dict[str, float]
NAMES = ("accepted", "sent", "answered", "delivered", "failed")
CALL_ENDS = {"completed": "undelivered", "no-answer": "undelivered", "busy": "undelivered", "failed": "failed"}


def steps_of(entry: Entry, call: ShownCall | None) -> tuple[str, Steps]:
    """The state of a text or a call, and the instant of every step of it, as the provider and the phone have them."""
    steps = {"accepted": entry.at}
    if entry.channel == "call" and call is None:  # of a phone that is off: it "rings" in the network alone
        steps["sent"] = entry.at + 2 * STEP_S
        return (
            ("sent", steps) if entry.ended_at is None else (CALL_ENDS[entry.state], steps | {"failed": entry.ended_at})
        )
    if call is None:
        if entry.sent_at is not None:
            steps["sent"] = entry.sent_at
        if entry.state in ("delivered", "undelivered", "failed") and entry.changed_at is not None:
            steps["delivered" if entry.state == "delivered" else "failed"] = entry.changed_at
        return entry.state, steps
    steps["sent"] = call.at
    if call.answered_at is not None:
        steps["answered"] = call.answered_at
    if call.pressed:
        steps["delivered"] = call.pressed[0][0]
        return "delivered", steps
    if call.ended_at is not None:
        steps["failed"] = call.ended_at
        return CALL_ENDS[call.ended], steps
    return ("sent" if call.answered_at is None else "answered"), steps


def recorded(world: ProviderWorld, contact: Contact, since: float) -> dict[str, tuple[str, Steps, int | None]]:
    """By notice: everything that the provider took for somebody."""
    calls = {call.sid: call for call in world.phone(contact).calls}
    entries = [e for e in world.double.to(contact.number) if e.at >= since]
    return {notice_of(e)[0]: (*steps_of(e, calls.get(e.sid)), e.error_code) for e in entries}


async def test_every_state_and_every_second_is_the_providers() -> None:
    """Delivered at once; given back by the carrier, then a call that is answered and keyed in; a landline, rung in vain;
    a phone that is off; a call that is answered by silence. On her page, on the operators' and in why."""
    events: list[Event] = []
    async with ProviderWorld() as world:
        people = [world.contact(name) for name in ("Beth", "Dad", "Chloe", "Emma", "Frank")]
        _, dad, chloe, emma, frank = people
        world.front.house.feed.listen(lambda _key, _version, event: events.append(event))
        anna, walk = await overdue(world, *people, minutes=27)
        world.phone(dad).kind = Number.FILTERED
        world.phone(dad).picks_up(Press("2", after_s=20.0), after_s=6.0)
        world.double.script(Script(do=Do.SILENT, number=frank.number))
        world.phone(frank).person = Person(answers_after_s=3.0, what="silent", hangs_up_after_s=20.0)
        world.phone(chloe).kind = Number.LANDLINE
        world.phone(emma).off()
        await world.pass_time(minutes=3.9)

        journey, account = await walk.journey(), await anna.account()
        hers: list[dict[str, Any]] = snapshot(journey, account)["told"]
        why = {line.message.id: line.message for line in plain(events, Teller()) if line.message is not None}
        seen = [one for contact in people for one in recorded(world, contact, walk.began_at).items()]
        for notice, (state, steps, code) in seen:
            proof = next(p for p in journey.proven if p.id == notice)
            shown = {name: getattr(proof, f"{name}_at") for name in NAMES}
            assert {name: at for name, at in shown.items() if at is not None} == steps
            assert (proof.state, proof.code) == (state, code)

            since = {name: round(at - proof.made_at, 1) for name, at in steps.items()}
            [mine] = [t for t in hers if (t["contact"], t["channel"], t["made_at"]) == _about(proof)]
            assert mine["state"] == state
            assert {name: mine[f"{name}_s"] for name in NAMES if mine[f"{name}_s"] is not None} == since
            assert mine["reason"] == (None if code is None else reason(code))

            line = message_line(proof, "Europe/London")
            assert [lasting(after) in line for after in since.values()] == [True] * len(since)
            assert (f"code {code}" in line) is (code is not None)

            assert [s.at for s in why[notice].states] == sorted(steps.values())
            assert why[notice].states[-1].code == code
        world.expect_everything()
    states = Counter((notice.split("/")[4], state) for notice, (state, *_) in seen)
    assert states.keys() == {
        ("sms", "delivered"),
        ("sms", "undelivered"),
        ("sms", "sent"),
        ("call", "sent"),
        ("call", "answered"),
        ("call", "delivered"),
        ("call", "undelivered"),
    }


async def test_what_was_refused_at_once_says_why() -> None:
    """A landline takes no text: never accepted, not even for a second; in words on her page."""
    async with ProviderWorld() as world:
        beth = world.contact("Beth")
        anna, walk = await overdue(world, beth, minutes=27)
        world.phone(beth).kind = Number.LANDLINE
        await world.pass_time(minutes=1.2)
        text, *_ = snapshot(await walk.journey(), await anna.account())["told"]
        assert (text["state"], text["reason"], text["accepted_s"]) == ("failed", "not a mobile number", None)
        assert text["failed_s"] == 0.0
        assert world.entries(beth, since=walk.began_at) == []
        world.expect_everything()


def _about(proof: Proven) -> tuple[str, str, float]:
    return proof.to, proof.channel.value, proof.made_at
