"""Her phone's clocks against ours: how far its wall clock is off, and whether somebody set it (docs/protocol.md)."""

from msgspec.structs import replace

from .rows import PhoneEnd

OFFSETS = 5
SET_S = 5.0
"""A wall clock that moved by more than this against its monotonic clock, or is nearer to ours by more, was set."""
LATE_S = 30.0
"""Of a phone without `up`: by so much later than before a frame may come and still be a late one of an unmoved clock."""


def off_s(phone: PhoneEnd) -> float:
    """What to add to the phone's times. What comes late can only make it larger, so it is the least of the last few."""
    return min(phone.offsets_s)


def heard(phone: PhoneEnd, sent_at: float, up_s: float | None, received_at: float) -> PhoneEnd:
    """The phone's end after a frame that it sent at `sent_at`, by its wall clock, and at `up_s`, by its monotonic one.
    Where the clock was set a new segment begins; where a frame was merely late, none does."""
    offset_s = received_at - sent_at
    wall_s = sent_at - up_s if up_s is not None else None
    if phone.offsets_s and _was_set(phone, offset_s, wall_s, up_s):
        return replace(phone, offsets_s=(offset_s,), segment=phone.segment + 1, wall_s=wall_s, up_s=up_s)
    if wall_s is not None and phone.wall_s is not None and abs(wall_s - phone.wall_s) <= SET_S:
        wall_s = phone.wall_s  # or a clock that is set little by little would never have been
    return replace(phone, offsets_s=(*phone.offsets_s, offset_s)[-OFFSETS:], wall_s=wall_s, up_s=up_s)


def _was_set(phone: PhoneEnd, offset_s: float, wall_s: float | None, up_s: float | None) -> bool:
    if wall_s is not None and up_s is not None and phone.wall_s is not None and phone.up_s is not None:
        moved_s = wall_s - phone.wall_s
        if abs(moved_s) <= SET_S:
            return False
        if moved_s < 0.0 or up_s < phone.up_s:  # set back, or the phone was started anew
            return True
        # Set forward, or a monotonic clock that stands still while the phone sleeps: what we see of it decides.
    return not -SET_S <= offset_s - off_s(phone) <= LATE_S
