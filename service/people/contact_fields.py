"""What she may say about a contact, checked field by field. Refusals name the field, with an example."""

import re
from datetime import datetime
from typing import TypedDict

from email_validator import EmailNotValidError, validate_email
from msgspec.structs import replace
from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]  # its stub leaves it out

from alerts.contact import Channel
from alerts.message import LANGUAGES, primary_tag

from .model import Contact, Mail
from .numbers import called
from .refusals import invalid

TIERS = (1, 2)
CHANNELS = (Channel.SMS, Channel.CALL, Channel.EMAIL)
LONGEST_ADDRESS = 120
LONGEST_HOURS = 200
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?")
_SOME_YEARS_DAYS = 2000
"""Hours that do not come in so long never do: to look through all years to come takes seconds of the loop."""
_SOME_DAY = datetime(2026, 1, 1)  # noqa: DTZ001 (hours know no zone)
_HOURS = 'expected opening hours like "Mo-Fr 18:00-08:00; Sa,Su 00:00-24:00"'


class Fields(TypedDict, total=False):
    """What she may say beside name and number; what is missing or None stays as it is."""

    tier: int | None
    primary: bool | None
    on_sos_list: bool | None
    channels: list[str] | None
    hours: str | None
    place: bool | None
    language: str | None
    email: str | None


class Given(Fields, total=False):
    """The same with the name."""

    name: str | None


def checked(given: Given) -> Given:
    """The same with names on one line, channels as such and hours as they were understood. Raises Refused."""
    sound = Given(**given)
    if (name := given.get("name")) is not None:
        sound["name"] = called(name)
    if (tier := given.get("tier")) is not None and tier not in TIERS:
        raise invalid("tier", f"expected 1 or 2, got {tier}")
    if (channels := given.get("channels")) is not None:
        sound["channels"] = [channel.value for channel in _channels(channels)]
    if (hours := given.get("hours")) is not None:
        sound["hours"] = _hours(hours)
    if (language := given.get("language")) is not None:
        _check_language(language)
    if (email := given.get("email")) is not None:
        sound["email"] = _address(email)
    return sound


def _check_language(tag: str) -> None:
    """One that texts can be written in: nobody is left to find out in an alarm that hers came in English."""
    if not _LANGUAGE.fullmatch(tag) or primary_tag(tag) not in LANGUAGES:
        raise invalid("language", f"expected {' or '.join(LANGUAGES)}, with a region if you like, got {tag[:40]!r}")


def applied(contact: Contact, sound: Given, mail: str = "") -> Contact:
    """`contact` with what `checked` returned. An address that it has already stays as proved as it was; a new one goes by
    the id `mail` (`people.mailing`)."""
    said: dict[str, object] = {name: value for name, value in sound.items() if value is not None and name != "email"}
    if (email := sound.get("email")) is not None:
        said["mail"] = _mail(contact, email, mail)
    if (channels := sound.get("channels")) is not None:
        said["channels"] = tuple(map(Channel, channels))
    return replace(contact, **said)


def _mail(contact: Contact, address: str, mail: str) -> Mail | None:
    if contact.mail is not None and contact.mail.address == address:
        return contact.mail
    return Mail(id=mail, address=address) if address else None


def _address(typed: str) -> str:
    """An e-mail address as mail servers spell it, or "" for none. What was typed is not repeated: it is somebody's."""
    if not typed.strip():
        return ""
    try:
        found = validate_email(typed.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise invalid("email", "expected an e-mail address") from None
    address = found.ascii_email or ""
    if not 0 < len(address) <= LONGEST_ADDRESS:
        raise invalid("email", f"expected an e-mail address of at most {LONGEST_ADDRESS} characters")
    return address


def _channels(typed: list[str]) -> list[Channel]:
    """In her order: the first is tried first."""
    known = {channel.value: channel for channel in CHANNELS}
    for n, name in enumerate(typed):
        if name not in known:
            raise invalid(f"channels[{n}]", f"expected sms, call or email, got {name[:40]!r}")
    if not typed or len(set(typed)) < len(typed):
        raise invalid("channels", f"expected sms, call and email, each once, in order, got {len(typed)} of them")
    if typed == [Channel.EMAIL]:
        raise invalid("channels", "expected sms or call as well, since nobody knows whether a mail is read, got email")
    return [known[name] for name in typed]


def _hours(typed: str) -> str:
    """OpenStreetMap's opening hours in one spelling, or "" for always. They order and never leave nobody."""
    plain = " ".join(typed.split())
    if not plain:
        return ""
    if len(plain) > LONGEST_HOURS:
        raise invalid("hours", f"expected at most {LONGEST_HOURS} characters, got {len(plain)}")
    try:
        hours = OpeningHours(plain, max_interval_days=_SOME_YEARS_DAYS)
    except ParserError:
        raise invalid("hours", f"{_HOURS}, got {plain!r}") from None
    if hours.next_change(_SOME_DAY) is None and not hours.is_open(_SOME_DAY):
        raise invalid("hours", f"expected hours that come some day, got {plain!r}")
    return "" if str(hours) == "24/7" else str(hours)
