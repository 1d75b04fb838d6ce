"""The acts in which she cries for help: SOS with a phone that is destroyed, and a PIN that somebody made her key."""

from typing import Any

from service.journey.model import Journey

from .cast import NOBODY, Friend, takes
from .scene import MINUTE_S, Scene, View, row_of, that_it_is_over
from .timeline import HER
from .verdicts import judged_cry

HALF = 0.5


async def sos(scene: Scene) -> None:
    """On disk before its countdown: a phone that is destroyed meanwhile fires it."""
    beth, dad = scene.friends["Beth"], scene.friends["Dad"]
    await scene.until_minute(HALF * scene.walk.duration_s / MINUTE_S)
    if scene.phone is None or scene.pocket is None:
        return
    pressed_at = scene.now
    await scene.phone.sos()
    await scene.phone.stop()
    await scene.pocket.stop()
    scene.her.handset.off()
    beth.will(NOBODY, takes("1", after_s=4.0, keyed_after_s=8.0))
    scene.note("she", f"holds SOS. {scene.now - pressed_at:.1f} s later her phone is destroyed; the countdown is 5 s")
    text = await dad.has_text("SOS from", scene.patience_real_s(5.0))
    scene.note("Dad", f"texts: {Friend.reply_code(text)}")
    await dad.says(Friend.reply_code(text))
    await beth.has_call("a call that she takes", lambda call: call.keys == "1", scene.patience_real_s(4.0))
    await scene.state("that both have it", lambda j: _heard(j, beth, dad))
    fired_at = (await row_of(scene.house, scene.key)).journey.incident.fired_at or 0.0  # type: ignore[union-attr]
    await scene.state("that her phone is missed", lambda j: j.link.lost_at is not None)
    scene.note("she", "is with Beth now, and keys her PIN on the page behind the link in Beth's text")
    await scene.her.keys_pin_on(Friend.link(await beth.has_text("SOS from")))
    await that_it_is_over(scene)
    await scene.look()
    judged_cry(scene, [beth, dad], fired_at)


async def coerced(scene: Scene) -> None:
    """Both views of one duress PIN, side by side."""
    beth, dad, chloe = (scene.friends[name] for name in ("Beth", "Dad", "Chloe"))
    await scene.until_minute(HALF * scene.walk.duration_s / MINUTE_S)
    if scene.phone is None:
        return
    scene.note("she", "is made to end it, and keys her duress PIN")
    answer = await scene.phone.end(scene.her.duress_pin)
    shown = await scene.her.live()
    text = await beth.has_text("may be FORCED", scene.patience_real_s(5.0))
    dads = await dad.has_text("may be FORCED", scene.patience_real_s(5.0))
    fired_at = (await row_of(scene.house, scene.key)).journey.incident.fired_at or 0.0  # type: ignore[union-attr]
    for friend in (beth, dad):
        code = Friend.reply_code(text if friend is beth else dads)
        scene.note(friend.name, f"texts: {code}, and dials 999 as the text asks")
        await friend.says(code)
    await scene.state("that both have it", lambda j: _heard(j, beth, dad))
    told = await chloe.has_text("ended her journey")
    await scene.house.clock.sleep(2 * MINUTE_S)
    later = await scene.her.live()
    scene.views = (
        View(
            "Her phone, and whoever holds it",
            (
                f"She keys a PIN. Answer: “{getattr(answer, 'result', answer)}”",
                f"Journey: {shown['state']} ({shown['closed_because']})",
                f"Two minutes later: {later['state']}, {_alarm(later)}, {_told(later)}",
                f"Questions on the screen: {len(scene.phone.prompts) or 'none'}",
            ),
        ),
        View("Chloe, not on her SOS list", (f"“{told}”",)),
        View("Beth and Dad", (f"“{text}”",)),
    )
    same = {name for name in shown if shown[name] == later[name]} == set(shown)
    parity = same and later["state"] == "closed" and later["incident"] is None and not _alarmed(later)
    scene.note("she", "is free, and texts HOME and her true PIN")
    await scene.her.texts(f"HOME {scene.her.pin}")
    await that_it_is_over(scene)
    await scene.look()
    judged_cry(scene, [beth, dad], fired_at)
    quiet = not any(
        sent.to == HER and sent.at > fired_at and sent.kind != "reply" for sent in scene.timeline.messages()
    )
    scene.kept = scene.kept and parity and quiet
    if not (parity and quiet):
        scene.outcome = "her phone could tell that something was going on"


def _alarm(page: dict[str, Any]) -> str:
    return f"alarm {page['incident']}" if page["incident"] else "no alarm"


def _alarmed(page: dict[str, Any]) -> list[str]:
    """Of whom her screen says that they were told more than that she set off."""
    return [told["name"] for told in page["told"] if told["kind"] != "started"]


def _told(page: dict[str, Any]) -> str:
    return f"told: {', '.join(_alarmed(page))}" if _alarmed(page) else "nobody told"


def _heard(journey: Journey, *friends: Friend) -> bool:
    ladder = journey.incident.ladder if journey.incident is not None else None
    people = [ladder.person(friend.id) for friend in friends] if ladder is not None else []
    return bool(people) and all(person is not None and person.heard for person in people)
