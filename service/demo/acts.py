"""The acts. Each is a traveller with contacts of her own, a recorded walk, and what happens to her on it.

An act promises first: the sentence she is shown is read from the product before she sets off, and `kept` is judged
at the end from what people were sent, and when (`verdicts`).
"""

from service.walks import Walk

from .cast import Friend, mailbox
from .cries import coerced, sos
from .provider.phones import ShownCall
from .provider.script import Do, Script
from .ringing import keyed_by_her, told_by_a_key
from .scene import MINUTE_S, Act, Chosen, Line, Scene, cut, held_by, row_of, that_it_is_over
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


def _another(walk: Walk, shortest: Line | None) -> Line:
    """What she had planned, and does not walk: the shortest way; without a map straight back from her first stop."""
    if shortest is not None:
        return shortest
    first = walk.points[: max(2, len(walk.points) // 10)]
    return [(point.lat, point.lon) for point in (*first, walk.points[-1])]


async def _another_way(scene: Scene) -> None:
    await scene.state("that she is home", lambda j: j.closed is not None, within_min=30.0)
    journey = (await row_of(scene.house, scene.key)).journey
    closed = journey.closed
    by_fix = closed is not None and closed.by == "fix" and closed.at < scene.promised_at
    scene.note("Lamplit", "asks about that way no more; her phone was inside for three minutes: arrived")
    asked_once = scene.questions.count("off_route") == 1 and journey.route_dropped
    scene.kept = by_fix and asked_once and not to_contacts(scene)
    scene.outcome = "asked once about the way, home before the time, nobody else heard"
    scene.outcome = scene.outcome if scene.kept else f"not as promised: asked {scene.questions}"


async def _does_not_arrive(scene: Scene) -> None:
    beth, dad, chloe = (scene.friends[name] for name in ("Beth", "Dad", "Chloe"))
    scene.house.double.script(_off(dad))
    dad.will(mailbox(), mailbox())
    await cut(scene, CUT, "her phone falls silent at 60 % of the way")
    await scene.state("that her contacts are told", lambda j: j.overdue_since is not None, within_min=20.0)
    await dad.has_call("a second call", lambda _: len(_taken(dad)) > 1, scene.patience_real_s(6.0))
    scene.note("Dad", "switches his phone on while his mailbox listens to us once more")
    scene.house.double.behave(dad.number)
    text = await chloe.has_text("has NOT arrived", scene.patience_real_s(10.0))
    await scene.house.clock.sleep(MINUTE_S)
    code = Friend.reply_code(text)
    scene.note("Chloe", f"texts: {code}")
    await chloe.says(code)
    await scene.state("that Chloe has it", lambda j: held_by(j, chloe.id))
    await scene.house.clock.sleep(2 * MINUTE_S)
    scene.note("she", "is found: she had fallen, and her bag lay out of reach. She texts HOME and her PIN")
    await scene.her.texts(f"HOME {scene.her.pin}")
    await that_it_is_over(scene)
    await scene.look()
    judged_told(scene, [beth, dad], [chloe])


async def _phone_dies(scene: Scene) -> None:
    beth, dad = scene.friends["Beth"], scene.friends["Dad"]
    await cut(scene, CUT, "her phone falls into the water and is gone")
    scene.her.handset.off()
    text = await beth.has_text("has NOT arrived", scene.patience_real_s(20.0))
    await scene.house.clock.sleep(1.25 * MINUTE_S)
    scene.note("she", "knocks at Beth's door, and keys her PIN on the page behind the link in Beth's text")
    await scene.her.keys_pin_on(Friend.link(text))
    await that_it_is_over(scene)
    await scene.look()
    judged_told(scene, [beth, dad], [])


async def _kill_9(scene: Scene) -> None:
    beth, dad = scene.friends["Beth"], scene.friends["Dad"]
    await cut(scene, 0.7, "her phone falls silent")
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
    await that_it_is_over(scene)
    await scene.look()
    judged_late(scene, [beth, dad], text)


def _taken(friend: Friend) -> list[ShownCall]:
    return [call for call in friend.handset.calls if call.answered_at is not None]


def _off(friend: Friend) -> Script:
    return Script(do=Do.UNDELIVERED, number=friend.number, channel="sms")


ACTS = (
    Act(
        name="does not arrive",
        title="She does not arrive",
        about="Her phone falls silent on the way. She is asked first, then her people are told, one after the other, "
        "until somebody has it; a mailbox has been told nothing, and only her PIN ends it.",
        walk="cerknica-lake",
        who="Anna",
        contacts=(Chosen("Beth"), Chosen("Dad"), Chosen("Chloe", tier=2)),
        minutes=18.0,
        ends=((60.16946, 24.93745), (60.16820, 24.94154)),
        tells_way=True,
        play=_does_not_arrive,
    ),
    Act(
        name="the phone rings",
        title="The phone rings",
        about="Nothing says that Dad's text arrived, so he is rung. His mailbox takes the first call and has been told "
        "nothing; the second comes within three minutes, as do not disturb lets it, and he presses 1. She ends it by "
        "ringing us from a stranger's phone.",
        walk="cerknica-lake",
        who="Zoe",
        contacts=(Chosen("Beth"), Chosen("Dad")),
        minutes=18.0,
        ends=((60.16632, 24.94066), (60.16701, 24.93688)),
        play=told_by_a_key,
    ),
    Act(
        name="no data",
        title="She has no data, and it rings",
        about="Her phone cannot reach us when she is due. Calls need no data: she keys her PIN in the one we make to her, "
        "and nobody else hears anything.",
        walk="cerknica-lake",
        who="Kate",
        contacts=(Chosen("Beth"), Chosen("Dad")),
        minutes=12.0,
        ends=((60.16953, 24.94917), (60.16731, 24.95112)),
        play=keyed_by_her,
    ),
    Act(
        name="phone dies",
        title="Her phone is destroyed",
        about="She reaches a friend without a phone. Her PIN counts on her friend's page too.",
        walk="cerknica-town",
        who="Ella",
        contacts=(Chosen("Beth"), Chosen("Dad")),
        minutes=25.0,
        ends=((60.16802, 24.93520), (60.17825, 24.95225)),
        play=_phone_dies,
    ),
    Act(
        name="kill -9",
        title="We go down over the deadline",
        about="Server and watchman are killed before she is due and come back after her contacts should have known. "
        "A deadline is data: late, never lost, once, and the text says so.",
        walk="cerknica-lake",
        who="Grace",
        contacts=(Chosen("Beth"), Chosen("Dad")),
        minutes=18.0,
        ends=((60.17313, 24.95040), (60.17066, 24.94916)),
        play=_kill_9,
        own_house=True,
    ),
    Act(
        name="SOS",
        title="SOS, and her phone is destroyed",
        about="She holds SOS; before the five seconds are over her phone is in pieces. It is on disk, so it fires. "
        "Everybody on her list is texted and rung at once, and again, each until that one answers, by text or by key.",
        walk="cerknica-lake",
        who="Nora",
        contacts=(Chosen("Beth"), Chosen("Dad")),
        minutes=22.0,
        ends=((60.16896, 24.93674), (60.17109, 24.93571)),
        play=sos,
    ),
    Act(
        name="coerced PIN",
        title="She is made to end it",
        about="Somebody stands beside her and she keys her duress PIN. Her phone shows what it shows after the true one, "
        "and so does Chloe's, who is not on her SOS list. Beth and Dad read something else.",
        walk="cerknica-lake",
        who="Mia",
        contacts=(Chosen("Beth"), Chosen("Dad"), Chosen("Chloe", tier=2, sos=False, tell=True)),
        minutes=22.0,
        ends=((60.16747, 24.95140), (60.16616, 24.94764)),
        play=coerced,
    ),
    Act(
        name="another way",
        title="She takes another way",
        about="She had planned the shortest way and goes another one. Asked once, she taps *another way*; the time she is "
        "expected stays.",
        walk="cerknica-lake",
        who="Ruth",
        contacts=(Chosen("Beth"), Chosen("Dad")),
        minutes=22.0,
        ends=((60.16565, 24.94408), (60.16763, 24.94428)),
        play=_another_way,
        planned=_another,
        taps=(("off_route", "another_way"),),
    ),
    Act(
        name="home",
        title="She gets home",
        about="Most evenings. She rests on the way, is asked once and taps OK; nobody else hears anything.",
        walk="cerknica-lake",
        who="Ivy",
        contacts=(Chosen("Beth"), Chosen("Dad")),
        minutes=22.0,
        ends=((60.17066, 24.94916), (60.17313, 24.95040)),
        play=_home,
    ),
)
"""In the order in which they are told."""
