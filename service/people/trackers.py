"""Her linked tracker apps: OwnTracks or Traccar Client on a phone of hers, which report where she is and nothing else.

Linking takes her PIN and a code to her own number, so that nobody can have somebody else's phone watched. Linked is linked
and removed is removed whichever of her PINs was given, as with a device: one that answered otherwise would tell the two
apart (docs/decisions/0017-trackers.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from alerts.notice import HER, Kind, of_account
from service.house import House
from service.journey.profiles import STANDARD
from service.tokens import new_id, new_passcode, new_token, same, token_hash

from .codes import CODE_S, MOST_TRIES, granted, kept_of, sent_lately, wrong
from .editing import Edit, edited
from .model import Linking, SignUp, Tracker, Traveller
from .numbers import called
from .patience import Door
from .proving import owner
from .refusals import Refused, Why, invalid

OWNTRACKS, TRACCAR = "owntracks", "traccar"
APPS = {OWNTRACKS: "OwnTracks", TRACCAR: "Traccar Client"}
MOST_TRACKERS = 4
HEARTBEAT_S = 300.0
"""What both apps do when nothing was set: Traccar Client speaks every 300 s or 75 m."""
SHORTEST_S, LONGEST_S = 30.0, 900.0
"""What a heartbeat may be: past a quarter of an hour it would be over an hour before a silence counts as one."""
SECRET_LETTERS = 32
"""Of Traccar's device identifier, which is its secret: 155 bits, letters and digits only."""
SEEN_EVERY_S = 900.0
BOOK = "tracker-seen"


@dataclass(frozen=True, slots=True)
class Linked:
    """A tracker app that was linked just now, with the secret that is shown this once."""

    tracker: Tracker
    secret: str


def counted(account: Traveller) -> tuple[Tracker, ...]:
    """Those that may report where she is now."""
    return tuple(t for t in account.trackers if t.revoked_at is None)


def heartbeat(typed: float | None) -> float:
    """How often the app speaks when it stands still. Raises Refused."""
    if typed is None:
        return HEARTBEAT_S
    if not SHORTEST_S <= typed <= LONGEST_S:
        raise invalid("heartbeat_s", f"expected {SHORTEST_S:.0f} to {LONGEST_S:.0f} seconds")
    return typed


async def link(
    house: House, account: Traveller, app: str, name: str, heartbeat_s: float | None, pin: str | None, door: Door
) -> Linking:
    """Sends a code to her own number; with it `confirm` links the app. One at a time: a newer one takes its place.

    The codes of a day are counted together with those for signing up. Raises Refused.
    """
    if app not in APPS:
        raise invalid("app", f"expected {' or '.join(APPS)}")
    name, every_s = called(name), heartbeat(heartbeat_s)
    await owner(house, account, pin, door)
    account = await house.watch.account(account.id)
    _room(account)
    await granted(house, account.id)
    id_, passcode = new_id(), new_passcode()

    def write(before: Traveller, now: float) -> Edit:
        _room(before)
        sent_at = (*sent_lately(before, now), now)
        sign_up = before.sign_up or SignUp(code_hash=b"", expires_at=0.0)
        linking = Linking(
            id=id_,
            app=app,
            name=name,
            heartbeat_s=every_s,
            code_hash=kept_of(house.sealer, before.id, passcode, f"tracker/{id_}"),
            expires_at=now + CODE_S,
        )
        extra, rung = {"passcode": passcode}, f"code@{now:.3f}"
        code = of_account(before.id, Kind.CODE, HER, rung, now, urgency=1, valid_s=CODE_S, extra=extra)
        after = replace(before, sign_up=replace(sign_up, sent_at=sent_at), linking=linking)
        return Edit(after, (code,), answer=linking)

    asked: Linking = await edited(house, account.id, "trackers", write)
    return asked


async def confirm(house: House, account: Traveller, linking_id: str, code: str) -> Linked:
    """Links the app for whoever holds the code. Raises Refused(WRONG_CODE) alike for an unknown one, a wrong, an old and a
    worn-out code; the try is counted in the commit that judges it."""
    code_hash = kept_of(house.sealer, account.id, "".join(code.split()), f"tracker/{linking_id}")

    def tried(before: Traveller, now: float) -> Edit:
        linking = before.linking
        if linking is None or not same(linking.id, linking_id):
            return Edit(None, answer=same(code_hash, bytes(len(code_hash))))
        right = same(code_hash, linking.code_hash)
        counts = now < linking.expires_at and linking.tries < MOST_TRIES
        return Edit(replace(before, linking=replace(linking, tries=linking.tries + 1)), answer=right and counts)

    if not await edited(house, account.id, "trackers", tried):
        raise wrong()
    linking = (await house.watch.account(account.id)).linking
    if linking is None or linking.id != linking_id:
        raise wrong()
    secret = new_token() if linking.app == OWNTRACKS else new_id(SECRET_LETTERS)
    tracker = Tracker(
        id=linking_id,
        app=linking.app,
        name=linking.name,
        secret_hash=token_hash(secret),
        since=house.clock.now(),
        heartbeat_s=linking.heartbeat_s,
    )
    await house.directory.add_tracker(tracker.secret_hash, account.id, tracker.id)

    def write(before: Traveller, now: float) -> Edit:
        if before.linking is None or before.linking.id != linking_id:
            raise wrong()
        _room(before)
        news = of_account(
            before.id, Kind.NEW_DEVICE, HER, f"tracker@{now:.3f}", now, valid_s=3600.0, extra={"words": "tracker"}
        )
        return Edit(replace(before, linking=None, trackers=(*counted(before), tracker)), (news,))

    await edited(house, account.id, "trackers", write)
    return Linked(tracker, secret)


async def unlink(house: House, account: Traveller, tracker_id: str, pin: str | None, door: Door) -> None:
    """Shuts it out at once: from now on it is nobody's. Raises Refused."""
    tracker = _known(account, tracker_id)
    await owner(house, account, pin, door)

    def write(before: Traveller, now: float) -> Edit:
        gone = replace(_known(before, tracker_id), revoked_at=now)
        return Edit(replace(before, trackers=tuple(gone if t.id == gone.id else t for t in before.trackers)))

    await edited(house, account.id, "trackers", write)
    await house.directory.drop_tracker(tracker.secret_hash)
    await house.store.book_drop(BOOK, tracker.id)


def cannot(app: str, heartbeat_s: float) -> Iterator[tuple[str, str]]:
    """What she cannot have of it, as (code, words)."""
    yield "no_screen", "It shows you nothing of ours: every question comes by text or call."
    yield "not_drawn", "Where it says you are is never drawn on your own screens."
    yield "silent_when_still", f"It falls silent when you stand still: we notice that after {noticed(heartbeat_s)}."
    if app == TRACCAR:
        yield "sos_at_once", "Its SOS button tells people at once: there are no seconds to cancel it in."
        yield "not_asked", "We cannot ask it where you are now: it tells us when it does."
    else:
        yield "no_sos", "It has no SOS button: text SOS to our number, or press it in our app."


def noticed(heartbeat_s: float) -> str:
    """How long a silence lasts before it counts as one (row 2), in words."""
    minutes = round(STANDARD.lost_s(heartbeat_s) / 60.0)
    return f"{minutes} min"


async def seen(house: House, tracker: Tracker) -> None:
    """It is there. Written at most once in a quarter of an hour."""
    now = house.clock.now()
    [kept] = await house.store.book_get(BOOK, [tracker.id])
    if kept is None or now - float(kept) >= SEEN_EVERY_S:
        await house.store.book_put(BOOK, tracker.id, repr(now).encode())


async def last_seen(house: House, account: Traveller) -> dict[str, float]:
    """Tracker → when it was last there, to a quarter of an hour; one that was never there is left out."""
    linked = counted(account)
    kept = await house.store.book_get(BOOK, [t.id for t in linked])
    return {t.id: float(at) for t, at in zip(linked, kept, strict=True) if at is not None}


def _room(account: Traveller) -> None:
    if len(counted(account)) >= MOST_TRACKERS:
        raise Refused(Why.ALREADY, f"expected at most {MOST_TRACKERS} linked trackers, remove one first")


def _known(account: Traveller, tracker_id: str) -> Tracker:
    found = account.tracker(tracker_id)
    if found is None:
        raise Refused(Why.NOT_FOUND, "expected the id of one of her linked trackers")
    return found
