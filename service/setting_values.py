"""How the value of a setting must look; each check says in one sentence what it expected, and repeats nothing."""

import re
from email.utils import parseaddr
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, SecretStr
from pydantic_core import PydanticCustomError

SHORTEST_TOKEN = 16


def _refuse(detail: str) -> PydanticCustomError:
    return PydanticCustomError("lamplit", "{detail}", {"detail": detail})


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if value and not sound:
        raise _refuse("expected an address like https://lamplit.example")
    return value.rstrip("/")


def _store_address(value: str) -> str:
    if value and not value.startswith(("redis://", "rediss://", "valkey://", "valkeys://", "unix://")):
        raise _refuse("expected an address like redis://valkey:6379/0, or nothing for the embedded store")
    try:
        urlsplit(value).port  # noqa: B018 (reading it is what raises)
    except ValueError:
        raise _refuse("expected a port from 1 to 65535 in the address") from None
    return value


def _number(value: str) -> str:
    try:
        sound = not value or phonenumbers.is_possible_number(phonenumbers.parse(value))
    except phonenumbers.NumberParseException:
        sound = False
    if not sound:
        raise _refuse("expected a phone number with its country code, like +447700900123")
    return value


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise _refuse("expected a time zone like Europe/London")
    return value


def _country(value: str) -> str:
    if value not in phonenumbers.SUPPORTED_REGIONS:
        raise _refuse("expected a country as two capital letters, like GB")
    return value


def _countries(value: str) -> str:
    codes = [code.strip() for code in value.split(",") if code.strip()]
    if value.strip() and not codes:
        raise _refuse("expected countries as two capital letters, like GB,IE")
    return ",".join(_country(code) for code in codes)


def _secret_address(value: SecretStr) -> SecretStr:
    _web_address(value.get_secret_value())
    return value


def _long_token(value: SecretStr) -> SecretStr:
    if 0 < len(value.get_secret_value()) < SHORTEST_TOKEN:
        raise _refuse(f"expected {SHORTEST_TOKEN} characters or more")
    return value


def _account(value: str) -> str:
    if value and not re.fullmatch(r"AC[0-9a-fA-F]{32}", value):
        raise _refuse("expected AC and 32 hexadecimal digits")
    return value


def _service(value: str) -> str:
    if value and not re.fullmatch(r"MG[0-9a-fA-F]{32}", value):
        raise _refuse("expected MG and 32 hexadecimal digits")
    return value


def _sender(value: str) -> str:
    try:
        if value:
            validate_email(parseaddr(value)[1], check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise _refuse("expected an address, with a name if you like, like Lamplit <alerts@lamplit.example>") from None
    return value


WebAddress = Annotated[str, AfterValidator(_web_address)]
SecretAddress = Annotated[SecretStr, AfterValidator(_secret_address)]
LongToken = Annotated[SecretStr, AfterValidator(_long_token)]
StoreAddress = Annotated[str, AfterValidator(_store_address)]
Number = Annotated[str, AfterValidator(_number)]
Zone = Annotated[str, AfterValidator(_zone)]
Country = Annotated[str, AfterValidator(_country)]
Countries = Annotated[str, AfterValidator(_countries)]
TwilioAccount = Annotated[str, AfterValidator(_account)]
TwilioService = Annotated[str, AfterValidator(_service)]
MailSender = Annotated[str, AfterValidator(_sender)]
