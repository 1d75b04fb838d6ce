"""The acts in which it rings: a mailbox has been told nothing, a key has, and her PIN counts by keypad too."""

from service.journey.model import CloseReason, Journey

from .cast import mailbox, takes
from .provider.script import Do, Script
from .scene import MINUTE_S, Scene, cut, held_by, row_of, that_it_is_over
from .stage import minute
from .verdicts import judged_told, to_contacts

GONE_MIN, BACK_MIN = 9.0, 18.5
"""Between these she has no data: after she has rested on the way, until she is home."""


async def told_by_a_key(scene: Scene) -> None:
    """Nothing says that Dad's text arrived. A mailbox takes the call; the second ring is his."""
    beth, dad = scene.friends["Beth"], scene.friends["Dad"]
    scene.house.double.script(Script(do=Do.SILENT, number=dad.number))
    dad.will(mailbox(after_s=20.0, records_s=45.0), takes("1", after_s=9.0, keyed_after_s=15.0))
    await cut(scene, 0.6, "her bag is taken, and her phone with it")
    await dad.has_call("a call that he takes", lambda call: call.keys == "1", scene.patience_real_s(25.0))
    await scene.state("that Dad has it", lambda j: held_by(j, dad.id))
    await scene.house.clock.sleep(MINUTE_S)
    scene.note("she", "borrows a stranger's phone and rings our number")
    await scene.her.rings_us(scene.stranger, f"*{scene.her.keyed_number}#", f"{scene.her.pin}#")
    await that_it_is_over(scene)
    await scene.look()
    judged_told(scene, [beth, dad], [])


async def keyed_by_her(scene: Scene) -> None:
    """Calls need no data. Her PIN in the one she takes sets a new time, and her phone brings her home after all."""
    her = scene.her
    her.handset.will(takes(f"{her.pin}#", after_s=12.0))
    await scene.until_minute(GONE_MIN)
    if scene.phone is None:
        return
    await scene.phone.lose_signal()
    scene.note("she", "has no data any more; texts and calls still reach her")
    due = await scene.state("that she is due", lambda j: j.due is not None, within_min=20.0)
    moved = await scene.state("that her PIN counts", lambda j: j.due is None and j.eta_at != due.eta_at, within_min=5.0)
    scene.note("Lamplit", f"her PIN was keyed: it is an OK, and she is expected at {minute(moved.eta_at or 0.0)} now")
    await scene.until_minute(BACK_MIN)
    scene.phone.find_signal()
    scene.note("she", "is home, and so is her phone: it sends what it has kept")
    await scene.state("that she is home", lambda j: j.closed is not None, within_min=30.0)
    journey = (await row_of(scene.house, scene.key)).journey
    scene.note("Lamplit", "her phone was inside for three minutes: arrived, and closed by that fix")
    judged_keyed(scene, journey, due)


def judged_keyed(scene: Scene, journey: Journey, due: Journey) -> None:
    """Nobody was told, because she answered in time; a fix closed it before the time she set by that."""
    closed, overdue_at = journey.closed, due.due.overdue_at if due.due is not None else 0.0
    calls = scene.her.handset.calls
    keyed_at = calls[-1].pressed[-1][0] if calls and calls[-1].pressed else None
    problems = []
    if keyed_at is None or keyed_at > overdue_at:
        problems.append("her PIN was not keyed in time")
    if closed is None or closed.by != "fix" or closed.reason is not CloseReason.ARRIVED:
        problems.append(f"closed by {closed.by if closed is not None else 'nobody'}")
    if to_contacts(scene):
        problems.append("her contacts were told")
    scene.kept = not problems
    good = "her PIN keyed in our call, home by a fix; nobody else heard"
    scene.outcome = "; ".join(problems) or good
