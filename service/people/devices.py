"""Her devices: each one that may speak for her, when it last did, and how one is shut out.

A device is removed whichever of her PINs was given: one that still worked would tell the two apart.
"""

from msgspec.structs import replace

from alerts.notice import HER, Kind, Notice, of_account
from service.house import House

from .editing import Edit, edited
from .model import Device, Traveller
from .numbers import called
from .patience import Door
from .proving import owner
from .refusals import Refused, Why

MOST_DEVICES = 8
SEEN_EVERY_S = 900.0
"""How often a process writes down that a device is there."""
MOST_REMEMBERED = 50_000
BOOK = "device-seen"


def counted(account: Traveller) -> tuple[Device, ...]:
    """Those that may speak for her now."""
    return tuple(d for d in account.devices if d.revoked_at is None)


def with_one_more(account: Traveller, device: Device) -> Traveller:
    """The oldest makes room, and those that were removed are forgotten."""
    return replace(account, devices=(*counted(account), device)[-MOST_DEVICES:])


def news(account: Traveller, now: float) -> tuple[Notice, ...]:
    """She hears of every device but her first: one more is what somebody who follows her would want."""
    if not account.devices:
        return ()
    return (of_account(account.id, Kind.NEW_DEVICE, HER, f"device@{now:.3f}", now, valid_s=3600.0),)


async def seen(house: House, device: Device) -> None:
    """It is there. Written at most once in a quarter of an hour."""
    now, written = house.clock.now(), house.vitals.devices
    if now - written.get(device.id, float("-inf")) < SEEN_EVERY_S:
        return
    if len(written) >= MOST_REMEMBERED:
        written.clear()
    written[device.id] = now
    await house.store.book_put(BOOK, device.id, repr(now).encode())


async def last_seen(house: House, account: Traveller) -> dict[str, float]:
    """Device → when it was last there, to a quarter of an hour."""
    devices = counted(account)
    kept = await house.store.book_get(BOOK, [d.id for d in devices])
    return {d.id: d.since if at is None else float(at) for d, at in zip(devices, kept, strict=True)}


async def name(house: House, account: Traveller, device_id: str, words: str, pin: str | None, door: Door) -> Traveller:
    """What she calls it. Raises Refused."""
    words = called(words)
    _known(account, device_id)
    await owner(house, account, pin, door)

    def write(before: Traveller, _now: float) -> Edit:
        after = replace(_known(before, device_id), name=words)
        before = replace(before, devices=tuple(after if d.id == after.id else d for d in before.devices))
        return Edit(before, answer=before)

    named: Traveller = await edited(house, account.id, "devices", write)
    return named


async def revoke(house: House, account: Traveller, device_id: str, pin: str | None, door: Door) -> None:
    """Shuts a device out at once; her own: signs it out. Its open socket hears of it by the feed. Raises Refused."""
    device = _known(account, device_id)
    await owner(house, account, pin, door)

    def write(before: Traveller, now: float) -> Edit:
        gone = replace(_known(before, device_id), revoked_at=now)
        return Edit(replace(before, devices=tuple(gone if d.id == gone.id else d for d in before.devices)))

    await edited(house, account.id, "devices", write)
    await house.directory.drop_device(device.token_hash)
    await house.store.book_drop(BOOK, device.id)


def _known(account: Traveller, device_id: str) -> Device:
    found = next((d for d in counted(account) if d.id == device_id), None)
    if found is None:
        raise Refused(Why.NOT_FOUND, "expected the id of one of her devices")
    return found
