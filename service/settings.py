"""What an operator of Lamplit may set, and one sentence when it cannot be.

Every setting is an environment variable `LAMPLIT_…` (or a line of `.env`); a secret may instead be read
from a file named by `LAMPLIT_…_FILE`. `docs/settings.md` is the table of all of them.
"""

import os
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from .setting_values import (
    Countries,
    Country,
    LongToken,
    MailSender,
    Number,
    SecretAddress,
    StoreAddress,
    TwilioAccount,
    TwilioService,
    WebAddress,
    Zone,
)

PREFIX = "LAMPLIT_"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class SettingsError(Exception):
    """One sentence that names the variable and says what is wrong with it. Never contains a secret."""


class LogFormat(StrEnum):
    """How log lines look. `auto`: pretty for a person at a terminal, JSON for everything else."""

    AUTO = "auto"
    JSON = "json"
    PRETTY = "pretty"


class LogLevel(StrEnum):
    """The least severe log line that is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class StoreDurability(StrEnum):
    """Who makes sure that what the store accepted is on disk."""

    DEMAND = "demand"
    OPERATOR_VOUCHES = "operator-vouches"


class SmtpTls(StrEnum):
    """How the line to the mail server is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class _FileVariants(PydanticBaseSettingsSource):
    """`LAMPLIT_X_FILE=/run/secrets/x` for every secret `LAMPLIT_X`: the way container hosts hand secrets over."""

    def __init__(self, settings_cls: type[BaseSettings], given: dict[str, str]):
        super().__init__(settings_cls)
        self._given = given  # names in small letters, as pydantic-settings keeps them

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        variable = variable_of(field_name)
        path = self._given.get(f"{variable}_FILE".lower(), "")
        if not path or not is_secret(field):
            return None, field_name, False
        if self._given.get(variable.lower()):
            raise SettingsError(f"{variable} and {variable}_FILE are both set, expected one of them")
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{variable}_FILE names a file that cannot be read: {path}") from error

    def __call__(self) -> dict[str, Any]:
        fields = self.settings_cls.model_fields.items()
        values = {name: self.get_field_value(field, name)[0] for name, field in fields}
        return {name: value for name, value in values.items() if value is not None}


class Settings(BaseSettings):
    """Everything that can be set, with its default. Read once at start; never changes afterwards.

    `Settings.load()` is for programs. `Settings(name=value)` is for code that knows what it wants;
    it reads the environment for the rest, but no `.env`.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    data_dir: Path = Field(Path(".data"), description="where the embedded store, the archive and the secret live")
    walks: Path | None = Field(
        None, description="where the recorded walks of the sandbox lie; empty: `.cache/walks` beside the packages"
    )
    havens: Path | None = Field(
        None,
        description="a list (CSV) of police stations, hospitals and other places that she may turn aside to "
        "(docs/havens.md); empty: none",
    )
    maps: Path | None = Field(
        None, description="where street maps lie (docs/maps.md); empty: `maps` in the data directory"
    )
    basemap: Path | None = Field(
        None,
        description="where the programs that draw maps in browsers lie; empty: `.cache/basemap` beside the packages",
    )
    map_index: WebAddress = Field(
        "https://download.geofabrik.de/index-v1-nogeom.json",
        description="the list of the regions that `lamplit map build` fetches by name, as Geofabrik publishes it",
    )
    store_url: StoreAddress = Field(
        "", description="the Valkey or Redis server that keeps everything; empty: an embedded one in the data directory"
    )
    store_durability: StoreDurability = Field(
        StoreDurability.DEMAND,
        description="`demand`: refuse a store that does not write before it answers; `operator-vouches`: "
        "the operator has made sure of it where it cannot be read from the server (managed stores)",
    )
    host: str = Field("127.0.0.1", min_length=1, description="the address the web process listens on")
    port: int = Field(8470, ge=0, le=65535, description="the port the web process listens on; 0: any free one")
    public_url: WebAddress = Field(
        "", description="how contacts, phones and Twilio reach the web process; empty: host and port"
    )
    secret: SecretStr = Field(
        SecretStr(""),
        description="the key of the codes in callback addresses; empty: made once, kept in the data directory",
    )
    twilio_account_sid: TwilioAccount = Field("", description="the Twilio account; empty: the sandbox, nothing leaves")
    twilio_auth_token: SecretStr = Field(SecretStr(""), description="the account's auth token")
    twilio_auth_token_2: SecretStr = Field(
        SecretStr(""),
        description="the second auth token while tokens are rotated; callbacks signed by either are accepted",
    )
    twilio_from: Number = Field("", description="the number that messages come from")
    twilio_from_2: Number = Field("", description="a second number, tried when the first is not delivered in time")
    twilio_messaging_service: TwilioService = Field(
        "",
        description="the SID (MG…) of a messaging service that chooses the number texts come from; calls: the number",
    )
    twilio_voice: bool = Field(True, description="whether people are rung through the Twilio account, or only texted")
    twilio_base_url: WebAddress = Field(
        "", description="a server that speaks Twilio's API in its place (the demo and the tests use one); empty: Twilio"
    )
    sender_rate_per_s: float = Field(
        10.0, gt=0, le=1000, description="messages a second that the provider takes from the number without queueing"
    )
    call_rate_per_s: float = Field(
        1.0, gt=0, le=1000, description="calls a second that the provider places for the account without queueing"
    )
    smtp_host: str = Field("", description="the mail server that e-mail to contacts goes through; empty: none is sent")
    smtp_port: int = Field(587, ge=1, le=65535, description="its port")
    smtp_tls: SmtpTls = Field(
        SmtpTls.STARTTLS,
        description="`starttls`, `tls` (from the first byte, mostly port 465), or `none`: only within one machine",
    )
    smtp_user: str = Field("", description="who we are at the mail server; empty: it asks nobody")
    smtp_password: SecretStr = Field(SecretStr(""), description="the password that goes with it")
    smtp_from: MailSender = Field(
        "", description="the address that mail comes from, like `Lamplit <alerts@lamplit.example>`; bounces go there"
    )
    webhook_url: SecretAddress = Field(
        SecretStr(""),
        description="where an organisation's own system takes what reaches the operators (docs/webhook.md); "
        "empty: nowhere",
    )
    webhook_secret: LongToken = Field(SecretStr(""), description="what signs it")
    webhook_secret_2: LongToken = Field(
        SecretStr(""), description="the second secret while they are rotated: everything is signed by both"
    )
    segment_price: float = Field(
        0.0, ge=0, le=100, description="what one SMS segment costs, in your money: `lamplit_spent_total` counts in it"
    )
    call_price: float = Field(0.0, ge=0, le=100, description="what one call costs, likewise")
    timezone: Zone = Field("Europe/London", description="the time zone of clock times in messages and pages")
    country: Country = Field("GB", description="the country of phone numbers typed without a country code")
    contact_countries: Countries = Field(
        "", description="the countries whose mobile numbers may be contacts, like `GB,IE`; empty: `LAMPLIT_COUNTRY`"
    )
    invitations_per_hour: int = Field(
        300,
        ge=1,
        le=100_000,
        description="texts an hour, over all accounts, to numbers that have not said YES: invitations and codes",
    )
    emergency_force_number: Number = Field(
        "", description="the local force's number for people who dial from abroad, where 999 does not reach it"
    )
    clock_factor: float = Field(
        1.0, gt=0, le=1000, description="how many times as fast time runs; anything but 1 only in the sandbox"
    )
    clock_origin: float | None = Field(
        None,
        description="the instant (seconds since 1970 UTC) from which a fast clock runs; the same for all processes",
    )
    dead_man_url: SecretAddress = Field(
        SecretStr(""),
        description="an address asked once a minute while all is well, of a service that calls a person when that "
        "stops (docs/running.md); empty: nobody is told",
    )
    metrics_token: LongToken = Field(
        SecretStr(""),
        description="who sends it as a bearer token may read `/metrics`; empty: this machine alone may, and nobody "
        "where there is a public address",
    )
    watchman_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="the port on which a watchman of its own answers `/health`, `/ready` and `/metrics`; empty: none",
    )
    log_format: LogFormat = Field(LogFormat.AUTO, description="`json`, `pretty`, or `auto`: pretty at a terminal")
    log_level: LogLevel = Field(LogLevel.INFO, description="`debug`, `info`, `warning` or `error`")

    _needed_by_twilio: ClassVar = ("twilio_auth_token", "twilio_from")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # passed by name
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is passed wins over a file variant, that over the environment, that over `.env`."""
        given = [s.env_vars for s in (dotenv_settings, env_settings) if isinstance(s, EnvSettingsSource)]
        files = _FileVariants(settings_cls, {name: value or "" for seen in given for name, value in seen.items()})
        return init_settings, files, env_settings, dotenv_settings

    @classmethod
    def load(cls, env_file: str | Path | None = ".env") -> Self:
        """The settings of this process, from its environment and `env_file` (which need not exist).

        Raises SettingsError with one sentence for the first thing that is wrong.
        """
        given = set(os.environ)
        if env_file is not None and Path(env_file).is_file():
            given |= set(dotenv_values(env_file))
        _refuse_unknown(given)
        try:
            settings = cls(_env_file=env_file)
        except ValidationError as error:
            raise SettingsError(_sentence(error)) from None
        settings._check_together()
        return settings

    @property
    def sandbox(self) -> bool:
        """No provider is configured: messages go to phones on the screen."""
        return not self.twilio_account_sid

    @property
    def maps_dir(self) -> Path:
        """Where street maps lie."""
        return self.maps or self.data_dir / "maps"

    @property
    def mails(self) -> bool:
        """Contacts may be told by e-mail."""
        return bool(self.smtp_host)

    @property
    def hooks(self) -> bool:
        """What reaches the operators goes to a system of their own, too."""
        return bool(self.webhook_url.get_secret_value())

    @property
    def url(self) -> str:
        """The address in links and callbacks, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def contact_regions(self) -> tuple[str, ...]:
        """The countries whose mobile numbers may be contacts."""
        return tuple(self.contact_countries.split(",")) if self.contact_countries else (self.country,)

    @property
    def real_provider(self) -> bool:
        """Messages would reach real phones."""
        return not self.sandbox and urlsplit(self.twilio_base_url).hostname not in LOOPBACK

    def _check_together(self) -> None:
        """What no field can know alone."""
        if not self.sandbox:
            for name in self._needed_by_twilio:
                if not _text(getattr(self, name)):
                    raise SettingsError(f"{variable_of(name)} is missing, needed with {PREFIX}TWILIO_ACCOUNT_SID")
            if self.real_provider and not self.public_url:
                raise SettingsError(f"{PREFIX}PUBLIC_URL is missing, Twilio's callbacks need it")
        elif stray := next(
            (
                n
                for n in Settings.model_fields
                if n.startswith("twilio_") and n != "twilio_voice" and _text(getattr(self, n))
            ),
            None,
        ):
            raise SettingsError(f"{PREFIX}TWILIO_ACCOUNT_SID is missing, needed with {variable_of(stray)}")
        self._check_mail()
        self._check_webhook()
        index = urlsplit(self.map_index)
        if index.scheme != "https" and index.hostname not in LOOPBACK:
            raise SettingsError(f"{PREFIX}MAP_INDEX must begin with https")
        if self.real_provider:
            if self.clock_factor != 1:
                raise SettingsError(
                    f"{PREFIX}CLOCK_FACTOR must be 1 where messages reach real phones, got {self.clock_factor:g}"
                )
            if self.clock_origin is not None:
                raise SettingsError(f"{PREFIX}CLOCK_ORIGIN must be unset where messages reach real phones")

    def _check_mail(self) -> None:
        given = next((n for n in ("smtp_user", "smtp_password", "smtp_from") if _text(getattr(self, n))), None)
        if not self.mails:
            if given is not None:
                raise SettingsError(f"{PREFIX}SMTP_HOST is missing, needed with {variable_of(given)}")
            return
        if not self.smtp_from:
            raise SettingsError(f"{PREFIX}SMTP_FROM is missing, needed with {PREFIX}SMTP_HOST")
        near = self.smtp_host in LOOPBACK
        if self.smtp_tls is SmtpTls.NONE and _text(self.smtp_password) and not near:
            raise SettingsError(f"{PREFIX}SMTP_TLS must be starttls or tls where a password is sent, got none")
        if not (self.real_provider or near):
            raise SettingsError(f"{PREFIX}SMTP_HOST must be this machine in the sandbox, where nothing leaves it")

    def _check_webhook(self) -> None:
        if not self.hooks:
            if _text(self.webhook_secret) or _text(self.webhook_secret_2):
                raise SettingsError(f"{PREFIX}WEBHOOK_URL is missing, needed with {PREFIX}WEBHOOK_SECRET")
            return
        if not _text(self.webhook_secret):
            raise SettingsError(f"{PREFIX}WEBHOOK_SECRET is missing, needed with {PREFIX}WEBHOOK_URL")
        where = urlsplit(self.webhook_url.get_secret_value())
        near = where.hostname in LOOPBACK
        if where.scheme != "https" and not near:
            raise SettingsError(f"{PREFIX}WEBHOOK_URL must begin with https")
        if not (self.real_provider or near):
            raise SettingsError(f"{PREFIX}WEBHOOK_URL must be this machine in the sandbox, where nothing leaves it")


_PLAINER = {"int_parsing": "expected a whole number", "float_parsing": "expected a number"}


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def is_secret(field: FieldInfo) -> bool:
    """Whether a setting may be read from a file and is never shown."""
    return field.annotation is SecretStr


def _text(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _refuse_unknown(given: set[str]) -> None:
    known = {variable_of(name) for name in Settings.model_fields}
    known |= {f"{variable_of(name)}_FILE" for name, field in Settings.model_fields.items() if is_secret(field)}
    unknown = sorted(name for name in given if name.upper().startswith(PREFIX) and name.upper() not in known)
    if unknown:
        near = get_close_matches(unknown[0].upper(), known, n=1, cutoff=0.7)
        hint = f", did you mean {near[0]}?" if near else ", docs/settings.md lists all there are"
        raise SettingsError(f"{unknown[0]} is not a setting of Lamplit{hint}")


def _sentence(error: ValidationError) -> str:
    """The first error in words, with the value last unless it is a secret."""
    first = error.errors(include_url=False, include_context=False)[0]
    name = str(first["loc"][0])
    field = Settings.model_fields[name]
    problem = _PLAINER.get(first["type"]) or first["msg"][0].lower() + first["msg"][1:]
    got = "" if is_secret(field) else f", got {first['input']!r}"
    return f"{variable_of(name)}: {problem}{got}"
