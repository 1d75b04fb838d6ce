"""Settings: strict, whole, and refused in one sentence that a tired operator understands."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from service.settings import LogFormat, Settings, SettingsError, StoreDurability

TWILIO = {
    "LAMPLIT_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "LAMPLIT_TWILIO_AUTH_TOKEN": "token-of-the-tests",
    "LAMPLIT_TWILIO_FROM": "+447700900100",
    "LAMPLIT_PUBLIC_URL": "https://lamplit.example/",
}


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment, in which nothing of Lamplit's is set yet."""
    return monkeypatch


def put(given: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    """Set variables as a shell would."""
    for name, value in variables.items():
        given.setenv(name, value)


def refused(env_file: Path | None = None) -> str:
    """The sentence that loading is refused with."""
    with pytest.raises(SettingsError) as caught:
        Settings.load(env_file)
    return str(caught.value)


def test_nothing_set_is_a_sandbox_on_this_machine(given: pytest.MonkeyPatch) -> None:
    """Without any setting Lamplit listens on loopback, keeps its own store and sends nothing out."""
    settings = Settings.load(None)

    assert settings.sandbox
    assert not settings.real_provider
    assert (settings.host, settings.port, settings.store_url) == ("127.0.0.1", 8470, "")
    assert settings.url == "http://127.0.0.1:8470"
    assert settings.store_durability is StoreDurability.DEMAND
    assert (settings.timezone, settings.country) == ("Europe/London", "GB")


def test_an_empty_variable_is_an_unset_one(given: pytest.MonkeyPatch) -> None:
    """Compose passes `LAMPLIT_PORT=` for a line left empty; that means the default."""
    given.setenv("LAMPLIT_PORT", "")

    assert Settings.load(None).port == 8470


def test_a_misspelt_variable_is_refused_with_the_name_that_was_meant(given: pytest.MonkeyPatch) -> None:
    """A setting that nothing reads would be believed to be in force."""
    given.setenv("LAMPLIT_TWILIO_FORM", "+447700900100")

    assert refused() == "LAMPLIT_TWILIO_FORM is not a setting of Lamplit, did you mean LAMPLIT_TWILIO_FROM?"


def test_an_unknown_variable_far_from_all_points_to_the_table(given: pytest.MonkeyPatch) -> None:
    """Where there is no near name to offer, the list of all is."""
    given.setenv("LAMPLIT_XYZZY", "1")

    assert refused() == "LAMPLIT_XYZZY is not a setting of Lamplit, docs/settings.md lists all there are"


def test_a_misspelt_line_of_the_env_file_is_refused_too(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`.env` is held to the same rules as the environment."""
    (tmp_path / ".env").write_text("LAMPLIT_PROT=1\n")

    assert refused(tmp_path / ".env") == "LAMPLIT_PROT is not a setting of Lamplit, did you mean LAMPLIT_PORT?"


def test_the_environment_wins_over_the_env_file(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is exported for one run beats what is written down for all."""
    (tmp_path / ".env").write_text("LAMPLIT_PORT=1111\nLAMPLIT_LOG_FORMAT=json\n")
    given.setenv("LAMPLIT_PORT", "2222")

    settings = Settings.load(tmp_path / ".env")

    assert (settings.port, settings.log_format) == (2222, LogFormat.JSON)


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("PORT", "eighty", "expected a whole number, got 'eighty'"),
        ("PORT", "70000", "input should be less than or equal to 65535, got '70000'"),
        ("CLOCK_FACTOR", "fast", "expected a number, got 'fast'"),
        ("PUBLIC_URL", "lamplit", "expected an address like https://lamplit.example, got 'lamplit'"),
        ("DEAD_MAN_URL", "hc-ping.com/secret", "expected an address like https://lamplit.example"),
        ("METRICS_TOKEN", "short", "expected 16 characters or more"),
        ("COUNTRY", "UK", "expected a country as two capital letters, like GB, got 'UK'"),
        ("TIMEZONE", "London", "expected a time zone like Europe/London, got 'London'"),
        ("TWILIO_FROM", "Beth", "expected a phone number with its country code, like +447700900123, got 'Beth'"),
        ("TWILIO_ACCOUNT_SID", "AC1", "expected AC and 32 hexadecimal digits, got 'AC1'"),
        (
            "STORE_URL",
            "valkey",
            "expected an address like redis://valkey:6379/0, or nothing for the embedded store, got 'valkey'",
        ),
        (
            "SMTP_FROM",
            "Lamplit",
            "expected an address, with a name if you like, like Lamplit <alerts@lamplit.example>, got 'Lamplit'",
        ),
        ("SMTP_TLS", "ssl", "input should be 'starttls', 'tls' or 'none', got 'ssl'"),
        ("WEBHOOK_URL", "alarms", "expected an address like https://lamplit.example"),
        ("WEBHOOK_SECRET", "short", "expected 16 characters or more"),
        ("LOG_LEVEL", "loud", "input should be 'debug', 'info', 'warning' or 'error', got 'loud'"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_what_was_expected(
    given: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    """One sentence: which variable, what was expected, what was got."""
    given.setenv(f"LAMPLIT_{variable}", value)

    assert refused() == f"LAMPLIT_{variable}: {sentence}"


def test_whole_twilio_settings_leave_the_sandbox(given: pytest.MonkeyPatch) -> None:
    """With account, token, number and public address messages reach real phones."""
    put(given, TWILIO)

    settings = Settings.load(None)

    assert settings.real_provider
    assert settings.url == "https://lamplit.example"


@pytest.mark.parametrize("variable", ["LAMPLIT_TWILIO_AUTH_TOKEN", "LAMPLIT_TWILIO_FROM"])
def test_half_configured_twilio_is_refused(given: pytest.MonkeyPatch, variable: str) -> None:
    """A provider that could send nothing would be found out on the night it is needed."""
    put(given, {name: value for name, value in TWILIO.items() if name != variable})

    assert refused() == f"{variable} is missing, needed with LAMPLIT_TWILIO_ACCOUNT_SID"


def test_twilio_without_an_account_is_refused(given: pytest.MonkeyPatch) -> None:
    """Falling back to the sandbox would lose every alert in silence."""
    given.setenv("LAMPLIT_TWILIO_FROM", "+447700900100")

    assert refused() == "LAMPLIT_TWILIO_ACCOUNT_SID is missing, needed with LAMPLIT_TWILIO_FROM"


def test_real_twilio_needs_an_address_to_call_back(given: pytest.MonkeyPatch) -> None:
    """Without callbacks nothing would ever be proven delivered."""
    put(given, {name: value for name, value in TWILIO.items() if name != "LAMPLIT_PUBLIC_URL"})

    assert refused() == "LAMPLIT_PUBLIC_URL is missing, Twilio's callbacks need it"


def test_a_fast_clock_is_refused_where_messages_reach_real_phones(given: pytest.MonkeyPatch) -> None:
    """A clock that runs ahead would alarm real people about a night that has not happened."""
    put(given, TWILIO | {"LAMPLIT_CLOCK_FACTOR": "60"})

    assert refused() == "LAMPLIT_CLOCK_FACTOR must be 1 where messages reach real phones, got 60"


def test_another_origin_of_time_is_refused_where_messages_reach_real_phones(given: pytest.MonkeyPatch) -> None:
    """The same for a clock that is moved instead of sped up."""
    put(given, TWILIO | {"LAMPLIT_CLOCK_ORIGIN": "1700000000"})

    assert refused() == "LAMPLIT_CLOCK_ORIGIN must be unset where messages reach real phones"


def test_a_fast_clock_is_fine_against_a_double_on_this_machine(given: pytest.MonkeyPatch) -> None:
    """The demo runs the real client against a server on loopback, at sixty times the speed."""
    double = {"LAMPLIT_TWILIO_BASE_URL": "http://127.0.0.1:9999", "LAMPLIT_CLOCK_FACTOR": "60"}
    put(given, TWILIO | double)

    settings = Settings.load(None)

    assert not settings.sandbox
    assert not settings.real_provider


def test_a_host_that_only_looks_like_loopback_is_the_real_world(given: pytest.MonkeyPatch) -> None:
    """`127.0.0.1.example` is somebody's server."""
    put(given, TWILIO | {"LAMPLIT_TWILIO_BASE_URL": "http://127.0.0.1.example", "LAMPLIT_CLOCK_FACTOR": "60"})

    assert refused().startswith("LAMPLIT_CLOCK_FACTOR must be 1")


def test_a_store_at_a_port_that_cannot_be_is_refused(given: pytest.MonkeyPatch) -> None:
    """Before anybody tries to reach it."""
    given.setenv("LAMPLIT_STORE_URL", "redis://valkey:99999/0")

    assert refused() == (
        "LAMPLIT_STORE_URL: expected a port from 1 to 65535 in the address, got 'redis://valkey:99999/0'"
    )


def test_a_secret_may_come_from_a_file(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Container hosts hand secrets over as files; the line end is not part of it."""
    (tmp_path / "secret").write_text("from-a-file\n")
    given.setenv("LAMPLIT_SECRET_FILE", str(tmp_path / "secret"))

    assert Settings.load(None).secret.get_secret_value() == "from-a-file"


def test_the_env_file_may_name_a_secrets_file(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A `_FILE` line of `.env` counts like the variable."""
    (tmp_path / "secret").write_text("from-a-file\n")
    (tmp_path / ".env").write_text(f"LAMPLIT_SECRET_FILE={tmp_path / 'secret'}\n")

    assert Settings.load(tmp_path / ".env").secret.get_secret_value() == "from-a-file"


def test_a_secret_given_twice_is_refused(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Which of two secrets is in force must never be a riddle."""
    (tmp_path / "secret").write_text("from-a-file")
    put(given, {"LAMPLIT_SECRET": "from-a-variable", "LAMPLIT_SECRET_FILE": str(tmp_path / "secret")})

    assert refused() == "LAMPLIT_SECRET and LAMPLIT_SECRET_FILE are both set, expected one of them"


def test_a_secrets_file_that_is_not_there_is_named(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The path is said, so that the mount can be mended."""
    given.setenv("LAMPLIT_SECRET_FILE", str(tmp_path / "gone"))

    assert refused() == f"LAMPLIT_SECRET_FILE names a file that cannot be read: {tmp_path / 'gone'}"


def test_only_secrets_have_a_file_variant(given: pytest.MonkeyPatch) -> None:
    """A `_FILE` that nothing would read is refused like any unknown name."""
    given.setenv("LAMPLIT_PORT_FILE", "/run/port")

    assert refused().startswith("LAMPLIT_PORT_FILE is not a setting of Lamplit")


def test_settings_never_show_a_secret(given: pytest.MonkeyPatch) -> None:
    """Printing the settings, whole or in part, shows stars."""
    put(given, TWILIO)

    settings = Settings.load(None)

    assert "token-of-the-tests" not in f"{settings!r} {settings} {settings.twilio_auth_token}"


def test_what_code_passes_wins(given: pytest.MonkeyPatch) -> None:
    """The demo and tests build settings by name."""
    given.setenv("LAMPLIT_PORT", "1111")

    settings = Settings(port=2222, secret=SecretStr("of-the-demo"))

    assert settings.port == 2222


def test_an_address_of_six_in_brackets(given: pytest.MonkeyPatch) -> None:
    """Listening on IPv6 loopback still makes an address that a browser takes."""
    assert Settings(host="::1", port=80).url == "http://[::1]:80"


@pytest.mark.parametrize(
    ("value", "regions"), [("", ("IE",)), ("GB", ("GB",)), (" GB, IE,", ("GB", "IE"))], ids=["unset", "one", "two"]
)
def test_contacts_live_where_the_house_is_unless_more_is_said(
    given: pytest.MonkeyPatch, value: str, regions: tuple[str, ...]
) -> None:
    """Countries as two capital letters, with commas between them."""
    put(given, {"LAMPLIT_COUNTRY": "IE", "LAMPLIT_CONTACT_COUNTRIES": value})

    assert Settings.load(None).contact_regions == regions


@pytest.mark.parametrize("value", ["gb", "GB,XX", "Kent", ","])
def test_a_country_that_is_none_is_refused(given: pytest.MonkeyPatch, value: str) -> None:
    """A country that nobody understood would keep contacts out without a word."""
    given.setenv("LAMPLIT_CONTACT_COUNTRIES", value)

    assert refused().startswith("LAMPLIT_CONTACT_COUNTRIES: expected ")


MAIL = {"LAMPLIT_SMTP_HOST": "mail.lamplit.example", "LAMPLIT_SMTP_FROM": "Lamplit <alerts@lamplit.example>"}
HOOK = {
    "LAMPLIT_WEBHOOK_URL": "https://centre.example/lamplit",
    "LAMPLIT_WEBHOOK_SECRET": "a secret of theirs and ours",
}


def test_mail_and_webhooks_may_be_set_up(given: pytest.MonkeyPatch) -> None:
    """Beside a provider of texts; without them there are none."""
    assert not Settings.load(None).mails
    put(given, TWILIO | MAIL | HOOK)

    settings = Settings.load(None)

    assert (settings.mails, settings.hooks) == (True, True)


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"LAMPLIT_SMTP_FROM": "a@b.example"}, "SMTP_HOST is missing, needed with LAMPLIT_SMTP_FROM"),
        ({"LAMPLIT_SMTP_HOST": "mail.lamplit.example"}, "SMTP_FROM is missing, needed with LAMPLIT_SMTP_HOST"),
        (
            MAIL | {"LAMPLIT_SMTP_TLS": "none", "LAMPLIT_SMTP_PASSWORD": "hush"},
            "SMTP_TLS must be starttls or tls where a password is sent, got none",
        ),
        (
            {"LAMPLIT_WEBHOOK_SECRET": "a secret of theirs and ours"},
            "WEBHOOK_URL is missing, needed with LAMPLIT_WEBHOOK_SECRET",
        ),
        (
            {"LAMPLIT_WEBHOOK_URL": "https://centre.example"},
            "WEBHOOK_SECRET is missing, needed with LAMPLIT_WEBHOOK_URL",
        ),
        (HOOK | {"LAMPLIT_WEBHOOK_URL": "http://centre.example"}, "WEBHOOK_URL must begin with https"),
    ],
)
def test_half_of_mail_or_of_a_webhook_is_refused(
    given: pytest.MonkeyPatch, variables: dict[str, str], sentence: str
) -> None:
    """What could send nothing, or would send a secret in the open, is found out at the start."""
    put(given, TWILIO | variables)

    assert refused() == f"LAMPLIT_{sentence}"


@pytest.mark.parametrize(("variables", "name"), [(MAIL, "SMTP_HOST"), (HOOK, "WEBHOOK_URL")])
def test_nothing_leaves_the_sandbox_by_mail_or_webhook(
    given: pytest.MonkeyPatch, variables: dict[str, str], name: str
) -> None:
    """They may lead to this machine, where somebody tries them out."""
    put(given, variables)
    assert refused() == f"LAMPLIT_{name} must be this machine in the sandbox, where nothing leaves it"

    put(
        given,
        {"LAMPLIT_SMTP_HOST": "localhost"} if name == "SMTP_HOST" else {"LAMPLIT_WEBHOOK_URL": "http://127.0.0.1:9"},
    )
    assert Settings.load(None).sandbox


def test_maps_lie_in_the_data_directory_unless_elsewhere(given: pytest.MonkeyPatch) -> None:
    """One data directory may be moved; maps may lie on a disk of their own."""
    put(given, {"LAMPLIT_DATA_DIR": "/srv/lamplit"})
    assert Settings.load(None).maps_dir == Path("/srv/lamplit/maps")
    put(given, {"LAMPLIT_MAPS": "/srv/maps"})
    assert Settings.load(None).maps_dir == Path("/srv/maps")


def test_the_index_of_maps_is_asked_for_over_an_encrypted_line(given: pytest.MonkeyPatch) -> None:
    """Where a map comes from decides where people are sent; only this machine may be asked in the clear."""
    put(given, {"LAMPLIT_MAP_INDEX": "http://maps.example/index.json"})
    assert refused() == "LAMPLIT_MAP_INDEX must begin with https"
    put(given, {"LAMPLIT_MAP_INDEX": "http://127.0.0.1:8099/index.json"})
    assert Settings.load(None).map_index == "http://127.0.0.1:8099/index.json"
