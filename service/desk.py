"""The dispatcher's desk: the outbox in the store, words from the rows, and every outcome back through the watch."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Protocol

import msgspec

from alerts.contact import Channel
from alerts.dispatch import GatewayBroke, Held, Needless
from alerts.gateway import Delivery, GatewayError, Message, PhoneNumber
from alerts.notice import HER, Kind, Notice
from alerts.receipts import OPTED_OUT, reason
from alerts.septets import segments
from alerts.turns import Lane, lane_of

from . import calls, hooks, telling
from .clock import Clock
from .house import Vitals
from .journey import said
from .journey.model import Journey, Proof
from .journey.turn import Outcome
from .people import testing
from .people.model import ContactState, Traveller
from .rows import AccountChanged, is_journey, journey_row, notice_from, traveller_row
from .store import Claim, Put, Store, StoreUnavailable, Unit, Waiting
from .telemetry import logger
from .tokens import Sealer, new_id
from .watch import Act, Change, NoSuchJourney, Record, Watch

log = logger(__name__)

_BOOK, _PROVIDER = "service", "provider"
ANSWERS = (Kind.REPLY, Kind.HINT)
"""What a contact is still sent from an account that is erased: what he texts about an open alarm is answered."""


async def provider_errors(store: Store) -> dict[Lane, str]:
    """What is refused at the moment, in words, whichever process heard it, by lane; a lane that takes messages is not in
    it."""
    said = await store.book_get(_BOOK, [_entry(lane) for lane in Lane])
    return {lane: words.decode() for lane, words in zip(Lane, said, strict=True) if words is not None}


def _entry(lane: Lane) -> str:
    return f"{_PROVIDER} {lane.name.lower()}"


class Ledger(Protocol):
    """What was spoken before it was committed (service.outspoken)."""

    def sid_of(self, notice_id: str) -> str | None: ...


class Numbers(Protocol):
    """What a number itself has said of texts (service.people.directory)."""

    async def reachable_by_sms(self, number: str) -> bool: ...

    async def never(self, number: str) -> bool: ...


class StoreDesk:
    """Implements `alerts.dispatch.Desk` over the store and the watch."""

    def __init__(
        self,
        store: Store,
        watch: Watch,
        clock: Clock,
        sealer: Sealer,
        voice: telling.Voice,
        vitals: Vitals,
        *,
        public_url: str,
        ledger: Ledger | None = None,
        numbers: Numbers | None = None,
        stopped: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """`stopped` is told of a number to which the provider carries no texts any more."""
        self._store, self._watch, self._clock, self._sealer = store, watch, clock, sealer
        self._voice, self._vitals, self._public_url = voice, vitals, public_url
        self._ledger, self._numbers, self._stopped = ledger, numbers, stopped
        self._claims: dict[str, Claim] = {}
        self._segments: dict[str, int] = {}
        # what an earlier process left there is not known
        self._written_errors: dict[Lane, str | None] = dict.fromkeys(Lane, "")

    async def waiting(self, limit: int) -> list[Waiting]:
        return await self._store.waiting(self._clock.now(), limit)

    async def claim(self, rows: Sequence[Waiting], lease_s: float) -> list[Held]:
        claims = await self._store.claim(rows, self._clock.now(), lease_s)
        held = []
        for claim in claims:
            try:
                one = Held(notice_from(claim.value), claim.claims)
            except msgspec.MsgspecError as error:  # a newer process's, perhaps: those claimed with it go all the same
                log.error("message cannot be read, put off", error=str(error))
                continue
            self._claims[claim.id] = claim
            spoken = self._ledger.sid_of(claim.id) if self._ledger is not None else None
            if spoken is None:
                held.append(one)
            else:  # an SOS that went out before its commit: here the commit finds it
                await self.handed(one, spoken)
        return held

    async def written(self, held: Held) -> Message | Needless:
        try:
            return await self._in_words(held)
        except (StoreUnavailable, GatewayError):
            raise
        except Exception as error:  # one message that cannot be written holds up nobody else's
            log.exception("message cannot be written", notice=held.notice.kind.value)
            raise GatewayError(f"{type(error).__name__} while it was written", permanent=False) from error

    async def _in_words(self, held: Held) -> Message | Needless:
        notice, now = held.notice, self._clock.now()
        if notice.channel is Channel.WEBHOOK:
            return self._posted(held)
        owner = notice.journey.partition("-")[0]
        rows = await self._store.load([owner, notice.journey])
        if rows[0] is None:
            return Needless("no account")
        account = traveller_row(owner, rows[0].value)
        address = telling.address_of(notice, account)
        if address is None:
            return Needless("contact removed")
        if await self._not_asked(notice, account):
            return Needless("not to be asked")
        if not await self._may_go(notice.channel, address):
            raise GatewayError(reason(OPTED_OUT), permanent=True, opted_out=True, code=OPTED_OUT)
        if is_journey(notice.journey):
            if rows[1] is None:
                return Needless("no journey")
            journey = journey_row(notice.journey, rows[1].value).journey
            why = telling.needless(notice, journey, account)
            if why is not None:
                return Needless(why)
            # It goes out all the same, for her screen follows it: only its words are other ones.
            forced = await telling.knows_from_elsewhere(self._store, notice.to, account, notice.journey)
            facts = telling.facts(notice, journey, account, self._voice, now, forced=forced)
        else:
            if account.erased_at is not None and (notice.to == HER or notice.kind not in ANSWERS):
                return Needless("account erased")
            if testing.is_too_old(notice, now):
                return Needless("too old")
            facts = telling.account_facts(notice, account, self._voice, now)
        said = telling.worded(notice, facts)
        self._segments[notice.id] = segments(said.text) if notice.channel is Channel.SMS else 0
        return Message(
            id=notice.id,
            attempt=held.claims,
            to=address,
            channel=notice.channel,
            text=said.text,
            subject=said.subject,
            callback_url=telling.callback_url(self._public_url, self._sealer, notice.id, held.claims),
            voice_url=telling.voice_url(self._public_url, self._sealer, notice, held.claims),
            valid_s=notice.valid_s,
            reference=facts.link.rpartition("/")[2],
            second_sender=notice.second_sender,
        )

    def _posted(self, held: Held) -> Message:
        """For an organisation's own system: everything it says was decided with the event."""
        notice = held.notice
        blank = Message(notice.id, held.claims, PhoneNumber(""), notice.channel, "", "", notice.valid_s, "")
        return replace(blank, text=hooks.body(notice, blank.key, self._public_url))

    async def handed(self, held: Held, sid: str) -> None:
        self._vitals.handed += 1
        notice = held.notice
        waited_s = self._clock.now() - notice.due_at
        self._vitals.meters.handed(notice.channel, waited_s, self._segments.pop(notice.id, 0))
        await self._say(held, partial(_taken, held.notice, sid), Delivery.ACCEPTED)
        await self._write_error(lane_of(notice.channel), None)

    async def _not_asked(self, notice: Notice, account: Traveller) -> bool:
        """Somebody who has not said YES, and whose number is never to be asked by anybody: not even an SOS goes there,
        only an answer to what came from it, and nobody is told so."""
        contact = account.contact(notice.to)
        if contact is None or contact.state is ContactState.CONFIRMED or notice.kind is Kind.REPLY:
            return False
        number = telling.number_of(notice, account)
        return bool(number) and self._numbers is not None and await self._numbers.never(number or "")

    async def _may_go(self, channel: Channel, number: str) -> bool:
        """STOP is the number's own, whatever any account says, and is asked right before a text goes."""
        return channel is not Channel.SMS or self._numbers is None or await self._numbers.reachable_by_sms(number)

    async def refused(self, held: Held, error: GatewayError) -> None:
        channel = held.notice.channel
        log.warning("message refused", notice=held.notice.kind.value, code=error.code, reason=error.reason)
        self._vitals.meters.refused(channel, error.code)
        if channel is Channel.WEBHOOK:  # nobody follows it, and somebody relies on it
            log.error("the operators' own system refuses what it is told", reason=error.reason)
            await self._write_error(lane_of(channel), f"{error.reason}, for good")
        if error.opted_out:
            await self._heard_stop(held)

        def act(journey: Journey, now: float, _: Proof) -> Outcome:
            return said.reported(journey, held.notice.id, Delivery.FAILED, now, code=error.code, for_good=True)

        await self._say(held, act, Delivery.FAILED)

    async def _heard_stop(self, held: Held) -> None:
        """Before the refusal itself, so that a crash between the two leaves the row to be claimed again."""
        owner = held.notice.journey.partition("-")[0]
        [row] = await self._store.load([owner])
        number = telling.number_of(held.notice, traveller_row(owner, row.value)) if row is not None else None
        if self._stopped is not None and number is not None:
            await self._stopped(number)

    async def needless(self, held: Held, why: str) -> None:
        if why == telling.ACCEPTED:  # the provider has it: only the row is needless
            await self._say(held, lambda j, _now, _proof: Outcome(j))
            return
        self._vitals.meters.needless(held.notice.channel)
        await self._say(held, lambda j, now, _: said.dropped(j, held.notice.id, why, now), Delivery.FAILED)

    async def put_off(self, held: Held, seconds: float, error: Exception) -> None:
        code = error.code if isinstance(error, GatewayError) else None
        log.warning("message put off", notice=held.notice.kind.value, seconds=seconds, code=code, error=str(error))
        if isinstance(error, GatewayBroke):
            log.error("gateway broke", channel=held.notice.channel.value, exc_info=error.__cause__)
        self._vitals.meters.provider_error(code)
        claim = self._claims.pop(held.notice.id, None)
        self._segments.pop(held.notice.id, None)
        if claim is not None:
            await self._store.put_off(claim, self._clock.now() + seconds)
        if is_journey(held.notice.journey):
            with suppress(NoSuchJourney):
                await self._watch.ask(
                    held.notice.journey, lambda j, now, _: said.held_up(j, held.notice.id, now), urgent=False
                )
        lane = lane_of(held.notice.channel)
        spoken = lane in (Lane.TEXTS, Lane.CALLS) and code is not None
        await self._write_error(lane, reason(code) if spoken else str(error))

    async def _write_error(self, lane: Lane, error: str | None) -> None:
        """For `/health` and the pages, which other processes serve."""
        if error == self._written_errors[lane]:
            return
        if error is None:
            await self._store.book_drop(_BOOK, _entry(lane))
        else:
            await self._store.book_put(_BOOK, _entry(lane), error.encode())
        self._written_errors[lane] = error

    async def _say(self, held: Held, act: Act, delivery: Delivery | None = None) -> None:
        """The outcome and the end of the outbox row are one commit. `delivery` is the outcome for a message that
        belongs to no journey: only tests are followed."""
        claim = self._claims.pop(held.notice.id, None)
        self._segments.pop(held.notice.id, None)
        key, sent = held.notice.journey, (held.notice.id,)
        try:
            if is_journey(key):
                await self._watch.ask(key, act, unsend=sent)
            else:
                await self._watch.account(key)
                await self._watch.transact((key,), partial(_followed, key, held.notice.id, delivery))
        except NoSuchJourney:
            if claim is not None:
                await self._let_go(claim, key.partition("-")[0])

    async def _let_go(self, claim: Claim, owner: str) -> None:
        """Its journey is gone: nobody can be told anything about it any more. A unit needs a row, any of hers will do;
        where there is none at all one is made and taken away."""
        [row] = await self._store.load([owner])
        if row is not None:
            await self._store.commit(
                [Unit(f"orphan-{claim.id}", (Put(owner, row.version, row.value),), unsend=(claim.id,))]
            )
            return
        made = f"{owner}-{new_id()}"
        await self._store.commit(
            [
                Unit(f"orphan-{made}", (Put(made, 0, b""),), unsend=(claim.id,)),
                Unit(f"orphan-{made}-gone", (Put(made, 1, None),)),
            ]
        )


def _taken(notice: Notice, sid: str, journey: Journey, now: float, _: Proof) -> Outcome:
    """The provider took it. Of a mail nobody will ever report more than that it is on its way."""
    outcome = said.handed(journey, notice.id, sid, now)
    if notice.channel is not Channel.EMAIL:
        return outcome
    return calls.then(outcome, said.reported(outcome.journey, notice.id, Delivery.SENT, now))


def _followed(
    key: str, notice_id: str, delivery: Delivery | None, records: Mapping[str, Record | None], now: float
) -> Change:
    """The message leaves the outbox; where it was a test of a contact, that has come so far."""
    account = records[key]
    after = None
    if isinstance(account, Traveller) and delivery is not None:
        after = testing.followed(account, notice_id, delivery, now)
    if after is None:
        return Change(unsend=(notice_id,))
    return Change({key: after}, (AccountChanged(at=now, what="contact_test"),), unsend=(notice_id,))
