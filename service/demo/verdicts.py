"""Did the sentence come true? Judged from what people were sent, and when; the same clock for every act."""

from alerts.notice import Kind

from .cast import Friend
from .scene import MINUTE_S, Scene
from .stage import minute
from .timeline import HER, Sent

LATE_ENOUGH_S = 150.0
"""Within this of the promised instant counts as then: five seconds of a busy machine."""
AT_ONCE_S = 60.0
"""On a clock that runs thirty times as fast this is two seconds of this machine."""
ALARMS = frozenset({Kind.CONCERN, Kind.OVERDUE, Kind.LATE, Kind.PHONE_HOME, Kind.NOBODY, Kind.SOS, Kind.DURESS})
ACCOUNT_KINDS = frozenset({Kind.CODE, Kind.INVITE, Kind.WELCOME})


def to_contacts(scene: Scene) -> list[Sent]:
    """What contacts were sent about this journey."""
    return [sent for sent in scene.timeline.messages() if sent.to != HER and sent.kind not in ACCOUNT_KINDS]


def _first_alarm(scene: Scene, friend: Friend) -> Sent | None:
    return next((s for s in to_contacts(scene) if s.to == friend.name and s.kind in ALARMS), None)


def judged_told(scene: Scene, first: list[Friend], later: list[Friend]) -> None:
    """ "Not home by 22:57: we text and ring Beth and Dad. If neither answers in 5 min, we text and ring Chloe." """
    problems = [*_on_time(scene, first, scene.promised_at)]
    if later:
        problems += _on_time(scene, later, scene.promised_at + 5 * MINUTE_S)
    problems += _nobody_else(scene, [*first, *later])
    problems += _clock_in_sentence(scene)
    scene.kept = not problems
    names = ", ".join(friend.name for friend in (*first, *later))
    scene.outcome = f"told on time: {names}; closed by her PIN" if scene.kept else "; ".join(problems)


def judged_late(scene: Scene, first: list[Friend], text: str) -> None:
    """Late by us: once, and the text says so."""
    problems = [*_nobody_else(scene, first), *_clock_in_sentence(scene)]
    late_s = 0.0
    for friend in first:
        alarms = [s for s in to_contacts(scene) if s.to == friend.name and s.kind in ALARMS]
        if len(alarms) != 1 or "so this is late" not in alarms[0].text or alarms[0].at < scene.promised_at:
            problems.append(f"{friend.name}: expected one alert that says it is late, got {len(alarms)}")
        else:
            late_s = alarms[0].at - scene.promised_at
    scene.kept = not problems and "Our service was down" in text
    late = f"told once, {late_s / MINUTE_S:.0f} min late by our fault, and the text says so; closed by her PIN"
    scene.outcome = late if scene.kept else "; ".join(problems)


def judged_cry(scene: Scene, told: list[Friend], at: float) -> None:
    """An SOS or a duress PIN: a text and a call to each of them, at once, and not a word of it to anybody else."""
    problems = []
    for friend in told:
        alarms = [s for s in to_contacts(scene) if s.to == friend.name and s.kind in ALARMS]
        for channel in ("sms", "call"):
            first = next((s for s in alarms if s.notice.channel == channel), None)
            if first is None:
                problems.append(f"{friend.name} got no {channel}")
            elif first.at - at > AT_ONCE_S:
                problems.append(f"{friend.name} got the {channel} {first.at - at:.0f} s after it fired")
    others = {s.to for s in to_contacts(scene) if s.kind in ALARMS} - {friend.name for friend in told}
    problems += [f"{name} was told of it" for name in sorted(others)]
    scene.kept = not problems
    names = " and ".join(friend.name for friend in told)
    scene.outcome = f"text and call to {names} at once; closed by her PIN" if scene.kept else "; ".join(problems)


def _on_time(scene: Scene, friends: list[Friend], at: float) -> list[str]:
    problems = []
    for friend in friends:
        alarm = _first_alarm(scene, friend)
        if alarm is None:
            problems.append(f"{friend.name} was never told")
        elif not at - 1.0 <= alarm.at <= at + LATE_ENOUGH_S:
            problems.append(f"{friend.name} was told {alarm.at - at:+.0f} s from the promised instant")
    return problems


def _nobody_else(scene: Scene, friends: list[Friend]) -> list[str]:
    strangers = {s.to for s in to_contacts(scene)} - {friend.name for friend in friends}
    return [f"{name} was told without a promise" for name in sorted(strangers)]


def _clock_in_sentence(scene: Scene) -> list[str]:
    """The clock time she read is the instant we hold ourselves to."""
    clock = minute(scene.promised_at)
    return [] if clock in scene.promised else [f"the sentence does not say {clock}"]
