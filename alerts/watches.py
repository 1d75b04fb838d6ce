"""Following one alert until somebody proves that it arrived (row 11), counted from the hand-over (review H28)."""

import msgspec

from .contact import Channel
from .notice import Kind, Notice
from .rungs import LadderTimings


class Watch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An alert on its way. `handed_at` is None until the provider took it; then the watchdog runs. `refused_at`: since when
    the provider has been asked to and has not; that is no queue of ours, and so it runs from there. `last`: a call with no
    other way after it, which rings twice before nobody counts on it any more. `mailed`: a mail has gone beside this text."""

    id: str
    rung: str
    to: str
    kind: Kind
    channel: Channel
    attempt: int
    second_sender: bool = False
    handed_at: float | None = None
    refused_at: float | None = None
    failed_for_good: bool = False
    last: bool = False
    mailed: bool = False


def watch_of(notice: Notice, *, last: bool = False) -> Watch:
    return Watch(
        id=notice.id,
        rung=notice.rung,
        to=notice.to,
        kind=notice.kind,
        channel=notice.channel,
        attempt=notice.attempt,
        second_sender=notice.second_sender,
        last=last,
    )


def watch_wake(watch: Watch, timings: LadderTimings) -> float | None:
    """When an unproven alert goes the next way: 60 s after the first hand-over, 120 s in all before the call (a mail in
    between is never waited for); a call that is the last way left gets 3 min of its own, and so does its second ring."""
    since = watch.handed_at if watch.handed_at is not None else watch.refused_at
    if since is None:
        return None
    if watch.channel is Channel.CALL:
        return since + (timings.last_call_s if watch.last else timings.second_way_s)
    if watch.mailed:
        return since + timings.call_instead_s
    return since + (timings.call_instead_s - timings.second_way_s if watch.second_sender else timings.second_way_s)


def watched(watches: tuple[Watch, ...], notice_id: str, now: float) -> tuple[Watch, ...]:
    """Starts the watchdog of `notice_id`; a second report of the same hand-over changes nothing."""
    return tuple(
        msgspec.structs.replace(w, handed_at=now) if w.id == notice_id and w.handed_at is None else w for w in watches
    )


def held_up(watches: tuple[Watch, ...], notice_id: str, now: float) -> tuple[Watch, ...]:
    """The provider would not take `notice_id`, or did not answer; only the first time counts."""
    return tuple(
        msgspec.structs.replace(w, refused_at=now)
        if w.id == notice_id and w.handed_at is None and w.refused_at is None
        else w
        for w in watches
    )


def rung_again(watches: tuple[Watch, ...], before: str, notice: Notice) -> tuple[Watch, ...]:
    """The call behind `before` was rung once more, as `notice`: that one is followed now."""
    return tuple(watch_of(notice, last=w.last) if w.id == before else w for w in watches)
