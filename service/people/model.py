"""An account as data: a traveller, her PINs' hashes, her devices and her contacts. Frozen, storable, no behaviour."""

from enum import StrEnum

import msgspec

from alerts.contact import Channel, Recipient
from alerts.gateway import PhoneNumber


class ContactState(StrEnum):
    """Before YES nothing but the invitation is ever sent (and one text in an SOS)."""

    INVITED = "invited"
    CONFIRMED = "confirmed"
    LEFT = "left"
    LAPSED = "lapsed"  # consent was asked for again and not given


class Test(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The last test alarm to a contact, and how far it came. `id` is its notice's, `code` the two digits it asks for.

    `state` is waiting, one of `alerts.gateway.Delivery`, or answered. `sent_at` is when she asked for it.
    """

    id: str
    sent_at: float
    channel: Channel
    code: str = ""
    state: str = "waiting"
    accepted_at: float | None = None
    delivered_at: float | None = None
    failed_at: float | None = None
    answered_at: float | None = None


class Proving(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The code on its way to a number that was keyed on an invitation's page: the code's keyed hash, how long it
    counts, how often it was tried."""

    number: str
    code_hash: bytes
    expires_at: float
    tries: int = 0


class Mail(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An e-mail address she gave for a contact. Nothing but the question goes there before he has said, on the page in
    it, that it is his (`proved_at`); he can stop it again. `id` tells it from the address before it; `tries` counts how
    often that page was answered wrongly."""

    id: str
    address: str
    asked_at: float | None = None
    proved_at: float | None = None
    stopped_at: float | None = None
    tries: int = 0


class Contact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody she chose. `primary` is called first. A removed contact is gone from the account altogether.

    `number` is empty for somebody she invited by a link of her own, until the number is proved; `proving` is the one
    that is being proved, `keyed` how many were keyed on this invitation's page. `hours` and `place` as in
    `alerts.contact.Recipient`. `language` is that of the texts (a BCP 47 tag). `asked_again_at` is when consent was
    asked for once more and not given yet; `tested_at` when a test alarm was last proved to arrive.
    """

    id: str
    name: str
    number: str
    tier: int = 1
    primary: bool = False
    on_sos_list: bool = True
    state: ContactState = ContactState.INVITED
    invited_at: float = 0.0
    confirmed_at: float | None = None
    reachable_by_sms: bool = True
    channels: tuple[Channel, ...] = (Channel.SMS, Channel.CALL)
    tested_at: float | None = None
    hours: str = ""
    place: bool = True
    language: str = "en"
    asked_again_at: float | None = None
    test: Test | None = None
    proving: Proving | None = None
    keyed: int = 0
    mail: Mail | None = None

    @property
    def phone(self) -> PhoneNumber:
        return PhoneNumber(self.number)

    @property
    def reachable_by_mail(self) -> bool:
        """An address is proved."""
        return self.mail is not None and self.mail.proved_at is not None

    def recipient(self) -> Recipient:
        """This person as a ladder needs her or him."""
        return Recipient(
            id=self.id,
            tier=self.tier,
            primary=self.primary,
            on_sos_list=self.on_sos_list,
            channels=self.channels,
            reachable_by_sms=self.reachable_by_sms,
            reachable_by_mail=self.reachable_by_mail,
            hours=self.hours,
            place=self.place,
        )


class Device(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A phone that may speak for her. Only the hash of its token is kept."""

    id: str
    token_hash: bytes
    name: str
    since: float
    revoked_at: float | None = None


class Tracker(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A tracker app (`owntracks` or `traccar`) that may report where she is, and nothing else. Only the hash of its
    secret is kept. `heartbeat_s` is how often it speaks when it stands still."""

    id: str
    app: str
    name: str
    secret_hash: bytes
    since: float
    heartbeat_s: float
    revoked_at: float | None = None


class Linking(msgspec.Struct, frozen=True, kw_only=True):
    """A tracker app that is being linked, and the code on its way to her number for it: its keyed hash, how long it
    counts, how often it was tried."""

    id: str
    app: str
    name: str
    heartbeat_s: float
    code_hash: bytes
    expires_at: float
    tries: int = 0


class SignUp(msgspec.Struct, frozen=True, kw_only=True):
    """The one-time code on its way to her number: its keyed hash, how long it counts, how often it was tried.

    `sent_at` are the instants of the codes of the last day; they bound how many she is sent.
    """

    code_hash: bytes
    expires_at: float
    tries: int = 0
    sent_at: tuple[float, ...] = ()


class Begun(msgspec.Struct, frozen=True, array_like=True):
    """A creation that was asked for under an Idempotency-Key: what was asked (its hash), what it made."""

    key: str
    asked: bytes
    journey: str


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What she wrote down for the worst case; opens to the SOS list and operators at L3 and SOS. `word` is her
    call-back word: who says it to an operator is she, and is free to speak."""

    full_name: str = ""
    description: str = ""
    address: str = ""
    medical: str = ""
    danger: str = ""
    police_reference: str = ""
    word: str = ""


class Reset(msgspec.Struct, frozen=True, array_like=True):
    """New PINs were asked for without the old one: they may be set from `from_at` on, if she is on no journey then.
    `told_at` is when she was told that it is so."""

    asked_at: float
    from_at: float
    told_at: float | None = None


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """A contact asked SAFE? while she was on no journey as far as he may know: shown to her like a look at one."""

    at: float
    by: str


class Traveller(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`live` is her journey under way (one at most; it may be closed by now), `journeys` how many she ever began.
    `hidden` counts the alarms of her duress PIN that made a journey of their own: their keys are not in that row, so
    that no number on her screen ever shows that there was one. `erased_at` is when she erased her account: nobody gets
    into it any more; what is left goes as soon as no alarm needs it.

    `pin_hash` and `duress_hash` are argon2id strings; both are None until she has set them. `decoy_hash` means the same
    as `duress_hash`: PINs that were set under duress are both taken, and neither is hers.
    `behind` are earlier journeys, and alarms without one, on which people may still be acting: her true PIN ends
    them too, her contacts' words reach them. `cover` are the contacts as her devices are shown them after changes
    that were made with the duress PIN; the ladder goes by `contacts`. `cover_card` is the same for her card. Without a
    device the account is not yet hers.
    `channels` are the ways she may be asked (no calls if she is deaf). `names_shown`: her contacts may read each
    other's names. `short_name` is what texts call her, where that reads better than `name`. `wake_at` is when time
    alone changes something here, as the wake index has it; `not_before_at` puts that off (a journey under way, night).
    `tests_at` are the test alarms of the last day. `asked` is who asked after her between journeys, the newest last.
    """

    id: str
    number: str
    name: str
    created_at: float
    pin_hash: str | None = None
    duress_hash: str | None = None
    decoy_hash: str | None = None
    devices: tuple[Device, ...] = ()
    contacts: tuple[Contact, ...] = ()
    live: str | None = None
    last: str | None = None
    journeys: int = 0
    hidden: int = 0
    reachable_by_sms: bool = True
    sign_up: SignUp | None = None
    begun: tuple[Begun, ...] = ()
    behind: tuple[str, ...] = ()
    cover: tuple[Contact, ...] | None = None
    channels: tuple[Channel, ...] = (Channel.PUSH, Channel.SMS, Channel.CALL)
    names_shown: bool = False
    short_name: str = ""
    card: Card | None = None
    cover_card: Card | None = None
    reset: Reset | None = None
    wake_at: float | None = None
    not_before_at: float | None = None
    tests_at: tuple[float, ...] = ()
    asked: tuple[Asked, ...] = ()
    erased_at: float | None = None
    trackers: tuple[Tracker, ...] = ()
    linking: Linking | None = None

    @property
    def phone(self) -> PhoneNumber:
        return PhoneNumber(self.number)

    @property
    def shown_contacts(self) -> tuple[Contact, ...]:
        """Her contacts as her devices may see them."""
        return self.contacts if self.cover is None else self.cover

    @property
    def journeys_open(self) -> tuple[str, ...]:
        """Every journey of hers that may still matter, the newest first."""
        return tuple(dict.fromkeys(k for k in (self.live, *reversed(self.behind)) if k is not None))

    @property
    def shown_card(self) -> Card:
        """Her card as her devices may see it."""
        return self.cover_card or self.card or Card()

    def contact(self, contact_id: str) -> Contact | None:
        return next((c for c in self.contacts if c.id == contact_id), None)

    def still_told(self, contact_id: str) -> Contact | None:
        """The same, unless she has removed this person: under duress that is shown and not made, but only for those on
        her SOS list. All others are told, and answered, as after a true PIN."""
        contact = self.contact(contact_id)
        removed = self.cover is not None and all(c.id != contact_id for c in self.cover)
        return None if removed and contact is not None and not contact.on_sos_list else contact

    def device(self, device_id: str) -> Device | None:
        return next((d for d in self.devices if d.id == device_id), None)

    def tracker(self, tracker_id: str) -> Tracker | None:
        """One that may report where she is now."""
        return next((t for t in self.trackers if t.id == tracker_id and t.revoked_at is None), None)
