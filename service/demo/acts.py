"""The four acts. Each is a traveller with contacts of her own, a recorded walk, and what happens to her on it.

An act promises first: the sentence she is shown is read from the product before she sets off, and `kept` is judged
at the end from what people were sent, and when (`verdicts`).
"""

from service.journey.model import Journey, Level

from .cast import Friend
from .scene import MINUTE_S, Act, Scene, cut, row_of
from .twilio_script import Do, Script
from .verdicts import judged_late, judged_told, to_contacts

CUT = 0.6


async def _home(scene: Scene) -> None:
    await scene.state("that she is home", lambda j: j.closed is not None, within_min=30.0)
    journey = (await row_of(scene.house, scene.key)).journey
    closed = journey.closed
    by_fix = closed is not None and closed.by == "fix" and closed.at < scene.promised_at
    scene.note("Lamplit", "her phone was inside for three minutes: arrived, and closed by that fix")
    nobody = not to_contacts(scene)
    scene.kept = by_fix and nobody and scene.questions == ["stalled"]
    scene.outcome = "home before the time, asked once, nobody else heard" if scene.kept else "not as promised"


async def _does_not_arrive(scene: Scene) -> None:
    beth, dad, chloe = (scene.friends[name] for name in ("Beth", "Dad", "Chloe"))
    scene.house.double.script(_off(dad))
    await cut(scene, CUT, "her phone goes dark at 60 % of the way")
    await scene.state("that her contacts are told", lambda j: j.overdue_since is not None, within_min=20.0)
    call = await dad.takes_call()
    scene.note("Dad", "picks up: the call reads him the alert" if call else "was not fast enough to take the call")
    scene.house.double.behave(dad.number)
    text = await chloe.has_text("has NOT arrived", scene.patience_real_s(10.0))
    await scene.house.clock.sleep(MINUTE_S)
    code = Friend.reply_code(text)
    scene.note("Chloe", f"texts: {code}")
    await chloe.says(code)
    await scene.state("that Chloe has it", lambda j: _held_by(j, chloe.id))
    await scene.house.clock.sleep(2 * MINUTE_S)
    scene.note("she", "is found: her phone was flat. She texts HOME and her PIN")
    await scene.her.texts(f"HOME {scene.her.pin}")
    await scene.state("that it is closed", _all_over)
    await scene.look()
    judged_told(scene, [beth, dad], [chloe])


async def _phone_dies(scene: Scene) -> None:
    beth, dad = scene.friends["Beth"], scene.friends["Dad"]
    await cut(scene, CUT, "her phone falls into the water and is gone")
    text = await beth.has_text("has NOT arrived", scene.patience_real_s(20.0))
    await scene.house.clock.sleep(MINUTE_S)
    scene.note("she", "knocks at Beth's door, and keys her PIN on the page behind the link in Beth's text")
    await scene.her.keys_pin_on(Friend.link(text))
    await scene.state("that it is closed", _all_over)
    await scene.look()
    judged_told(scene, [beth, dad], [])


async def _kill_9(scene: Scene) -> None:
    beth, dad = scene.friends["Beth"], scene.friends["Dad"]
    await cut(scene, 0.7, "her phone goes dark")
    eta_at = (await row_of(scene.house, scene.key)).journey.eta_at or scene.promised_at
    await scene.house.clock.sleep(max(0.0, eta_at - 0.5 * MINUTE_S - scene.now))
    await scene.house.kill()
    scene.note("machine", "kill -9 of server and watchman, half a minute before she is due")
    await scene.house.clock.sleep(max(0.0, scene.promised_at + 1.5 * MINUTE_S - scene.now))
    scene.note("machine", "server and watchman are started again, after her contacts should have known")
    await scene.house.start()
    text = await beth.has_text("Our service was down", scene.patience_real_s(15.0))
    await dad.has_text("Our service was down")
    await scene.house.clock.sleep(MINUTE_S)
    scene.note("she", "is home at last, and ends it in her app with her PIN")
    await scene.her.ends()
    await scene.state("that it is closed", _all_over)
    await scene.look()
    judged_late(scene, [beth, dad], text)


def _off(friend: Friend) -> Script:
    return Script(do=Do.UNDELIVERED, number=friend.number)


def _held_by(journey: Journey, who: str) -> bool:
    incident = journey.incident
    ladder = incident.ladder if incident else None
    return ladder is not None and ladder.lease is not None and ladder.lease.by == who


def _all_over(journey: Journey) -> bool:
    incident = journey.incident
    return journey.closed is not None and incident is not None and incident.level is Level.RESOLVED


ACTS = (
    Act(
        name="does not arrive",
        title="She does not arrive",
        about="Her phone goes dark on the way. She is asked first, then her people are told, one after the other, "
        "until somebody has it; only her PIN ends it.",
        walk="cerknica-lake",
        who="Anna",
        contacts=(("Beth", 1), ("Dad", 1), ("Chloe", 2)),
        minutes=18.0,
        play=_does_not_arrive,
    ),
    Act(
        name="phone dies",
        title="Her phone is destroyed",
        about="She reaches a friend without a phone. Her PIN counts on her friend's page too.",
        walk="cerknica-town",
        who="Ella",
        contacts=(("Beth", 1), ("Dad", 1)),
        minutes=25.0,
        play=_phone_dies,
    ),
    Act(
        name="kill -9",
        title="We go down over the deadline",
        about="Server and watchman are killed before she is due and come back after her contacts should have known. "
        "A deadline is data: late, never lost, once, and the text says so.",
        walk="cerknica-lake",
        who="Grace",
        contacts=(("Beth", 1), ("Dad", 1)),
        minutes=18.0,
        play=_kill_9,
        own_house=True,
    ),
    Act(
        name="home",
        title="She gets home",
        about="Most evenings. She rests on the way, is asked once and taps OK; nobody else hears anything.",
        walk="cerknica-lake",
        who="Ivy",
        contacts=(("Beth", 1), ("Dad", 1)),
        minutes=22.0,
        play=_home,
    ),
)
"""In the order in which they are told."""
