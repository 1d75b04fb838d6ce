"""Tests about the house itself: what must hold for the tree, so that nobody has to remember it."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cache
from importlib import import_module
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import alerts
import geofence
import service
from service.settings import Settings, is_secret, variable_of

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("service", "geofence", "alerts")
LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-test.lock")
LONGEST = 400

# The rest of `alerts` decides and therefore has no clock, no network and no logger.
WET = {
    "alerts.gateway": "the port that gateways fill",
    "alerts.gateways": "hands each message to the provider of its channel",
    "alerts.hook_gateway": "talks to the deployment's own systems",
    "alerts.mail_gateway": "talks to a mail server",
    "alerts.twilio_gateway": "talks to Twilio",
    "alerts.twilio_voice": "writes what Twilio's voice says",
    "alerts.sandbox_gateway": "writes to the phones on the screen",
    "alerts.dispatch": "sends",
}
# Modules without a test of their own, each with the reason.
NO_MIRROR = {
    "service/store.py": "a port: every implementation is held to tests/contracts",
    "alerts/gateway.py": "a port: every implementation is held to its own tests",
    "alerts/contact.py": "a record and an enum",
    "geofence/sighting.py": "a record and an enum",
    "service/doors/trackers/reported.py": "records: what the two readers beside it fill",
}
ADAPTERS = {"hook_gateway", "mail_gateway", "twilio_gateway"}
# Imports whose distribution comes with one that is declared.
COMES_WITH = {
    "pydantic_core": "pydantic",
    "starlette": "fastapi",
    "h11": "uvicorn",
    "hiredis": "redis",
    "dotenv": "python-dotenv",
    "argon2": "argon2-cffi",
    "yarl": "aiohttp",
}
PLAIN = {"service", "manager", "helper", "helpers", "util", "utils", "common", "base", "core"}


@cache
def project() -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def sources(*tops: str) -> Iterator[Path]:
    """Every Python file below these folders, relative to the root."""
    for top in tops:
        yield from sorted(path.relative_to(ROOT) for path in (ROOT / top).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


def dotted(path: Path) -> str:
    """The module's name."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def imported(path: Path) -> set[str]:
    """The absolute names that a file imports, however deep inside it."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module)
    return names


def every_test(paths: Iterable[Path]) -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every test function, methods included."""
    for path in paths:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield path, node


def mirror(path: Path) -> Path:
    """Where the test of a module stands: an adapter to somebody else's service is tested among the adapters."""
    if path.stem in ADAPTERS:
        return Path("tests", "adapters", f"test_{path.stem}.py")
    parts = path.parts[1:] if path.parts[:2] == ("service", "web") else path.parts
    return Path("tests", *parts[:-1], f"test_{path.stem.strip('_')}.py")


def canonical(requirement: str) -> str:
    """A distribution's name as locks spell it."""
    name = re.match(r"[\w.-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def pins(lock: str) -> dict[str, str]:
    """Name and version of everything a lock installs."""
    found = re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(found)


def shown(value: object) -> str:
    """A default as `docs/settings.md` shows it."""
    if value is None or (isinstance(value, SecretStr) and not value.get_secret_value()) or value == "":
        return ""
    if isinstance(value, Enum):
        return f"`{value.value}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def settings_rows() -> list[str]:
    """The table of `docs/settings.md`, as it must be."""
    rows = []
    for name, field in Settings.model_fields.items():
        also = f", or `{variable_of(name)}_FILE`" if is_secret(field) else ""
        rows.append(f"| `{variable_of(name)}`{also} | {shown(field.default)} | {field.description} |")
    return rows


# --- the rooms --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", [service, geofence, alerts], ids=ROOMS)
def test_the_rooms_are_ours(room: Any) -> None:
    """Each package comes from this checkout, and no other distribution claims its name."""
    assert Path(room.__file__).parent.parent == ROOT
    assert set(packages_distributions().get(room.__name__, ["lamplit"])) == {"lamplit"}


def test_no_lock_names_one_of_our_packages() -> None:
    """The public index has distributions called like our rooms; installed, they would replace our files."""
    assert not {name for lock in LOCKS for name in pins(lock)} & set(ROOMS)


def test_every_module_of_alerts_is_dry_or_named_as_wet() -> None:
    """import-linter keeps dry what it is told; this keeps the list whole."""
    contracts = {contract["name"]: contract for contract in project()["tool"]["importlinter"]["contracts"]}
    listed = set(contracts["the core is dry"]["source_modules"])
    dry = {dotted(path) for path in sources("alerts") if path.stem != "__init__"} - set(WET)

    assert listed == dry | {"geofence", "service.journey"}


def test_two_files_import_twilio() -> None:
    """One hands messages over, one writes down what a voice says; another provider is another file beside them."""
    who = {str(path) for path in sources(*ROOMS) if any(name.split(".")[0] == "twilio" for name in imported(path))}

    assert who <= {"alerts/twilio_gateway.py", "alerts/twilio_voice.py"}


def test_relative_imports_stay_inside_their_room() -> None:
    """`..` out of a folder hides which room a thing comes from."""
    climbing = [
        f"{path}:{node.lineno}"
        for path in sources(*ROOMS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.level > len(path.parts) - 1
    ]

    assert climbing == []


def test_nothing_inside_service_has_a_name_that_says_nothing() -> None:
    """The three top names are plain enough."""
    inside = {part for path in sources("service") for part in path.with_suffix("").parts[1:]}

    assert not inside & PLAIN


def test_no_file_is_longer_than_one_subject() -> None:
    """A file over the limit has a second subject in it."""
    kinds = {".py", ".lua", ".css", ".html", ".js", ".md"}
    files = (path for top in (*ROOMS, "tests", "benchmarks", "docs") for path in (ROOT / top).rglob("*"))
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in files
        if path.suffix in kinds and path.is_file()
    }

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


# --- sources and tests ------------------------------------------------------------------------------------------------


def test_every_module_has_its_test() -> None:
    """`geofence/route.py` is tested in `tests/geofence/test_route.py`, `service/web/` in `tests/web/`."""
    modules = {path for path in sources(*ROOMS) if path.stem != "__init__" and str(path) not in NO_MIRROR}

    assert sorted(str(mirror(path)) for path in modules if not (ROOT / mirror(path)).exists()) == []


def test_every_test_has_its_module() -> None:
    """A test that mirrors nothing belongs to the stories, the contracts or the adapters."""
    mirrors = {str(mirror(path)) for path in sources(*ROOMS)}
    there = {str(path) for path in sources(*(f"tests/{top}" for top in (*ROOMS, "web", "adapters")))}

    assert sorted(path for path in there if Path(path).name.startswith("test_") and path not in mirrors) == []


def test_every_exemption_is_still_needed() -> None:
    """A module that got its test, or is gone, is taken off the list."""
    assert [name for name in NO_MIRROR if (ROOT / mirror(Path(name))).exists() or not (ROOT / name).exists()] == []


def test_every_test_states_a_fact() -> None:
    """Its docstring says what is so."""
    silent = [f"{path}: {node.name}" for path, node in every_test(sources("tests")) if not ast.get_docstring(node)]

    assert silent == []


def test_every_test_runs() -> None:
    """A test that is passed over proves nothing."""
    banned = {"skip", "skipif", "importorskip", "x" + "fail"}
    passed_over = [
        f"{path}:{node.lineno}"
        for path in sources("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in banned
    ]

    assert passed_over == []


def test_every_folder_of_tests_is_a_package() -> None:
    """Otherwise pytest would import `tests/geofence` as `geofence`."""
    folders = {path.parent for path in sources("tests")}

    assert [str(folder) for folder in folders if not (ROOT / folder / "__init__.py").exists()] == []


# --- what is written down ---------------------------------------------------------------------------------------------


def test_every_setting_is_documented() -> None:
    """`docs/settings.md` has each setting's name, default and meaning, and no other."""
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")

    assert [line for line in text.splitlines() if line.startswith("| `LAMPLIT_")] == settings_rows()


def test_the_example_names_settings_that_exist() -> None:
    """What is copied to `.env` is understood."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^(LAMPLIT_\w+)=", text, flags=re.MULTILINE))

    assert named <= {variable_of(name) for name in Settings.model_fields}


def test_every_frame_is_documented() -> None:
    """`docs/protocol.md` has a row for each frame of the phones' socket that names each of its fields."""
    frames = import_module("service.doors.phones.wire").FRAMES
    page = ROOT / "docs/protocol.md"
    rows = page.read_text(encoding="utf-8").splitlines() if page.exists() else []
    missing = []
    for frame in frames:
        tag = frame.__struct_config__.tag
        row = next((line for line in rows if line.startswith(f"| `{tag}` ")), None)
        words = set(re.findall(r"\w+", row or ""))
        missing += [f"{tag}.{field}" for field in frame.__struct_encode_fields__ if field not in words]
        missing += [] if row else [str(tag)]

    assert missing == []


def test_every_built_row_of_the_timing_table_has_its_story() -> None:
    """A row is built when a story is named for it, `test_row_09_…`; `docs/rows.md` says which are."""
    text = (ROOT / "docs/rows.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+)([a-z]?) \| .+ \| (built|not yet) \|$", text, flags=re.MULTILINE)
    told = {
        match[1]
        for _, test in every_test(sources("tests"))
        if (match := re.match(r"test_row_(\d\d[a-z]?)_", test.name))
    }
    built = {f"{int(number):02}{letter}" for number, letter, state in rows if state == "built"}

    assert len(rows) == len(re.findall(r"^\| \d", text, flags=re.MULTILINE)) == 30
    assert (sorted(built - told), sorted(told - built)) == ([], []), "(built without a story, a story but not built)"


def test_every_link_in_the_docs_leads_somewhere() -> None:
    """A relative link names a file that is there."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]

    assert dead == []


def test_the_version_is_one() -> None:
    """What is installed, what is written in pyproject.toml, and the newest heading of the change log agree."""
    ours = project()["project"]["version"]
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert (version("lamplit"), headings[0]) == (ours, ours)


# --- what is installed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_hashes_and_no_address(lock: str) -> None:
    """Whatever serves a file, its hash says whether it is the right one (decision 0003)."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    pinned = re.findall(r"^(?!    --hash)(.+)$", text, flags=re.MULTILINE)

    assert pinned
    assert [line for line in pinned if not re.fullmatch(r"[a-z0-9-]+==\S+( ; [^\\]+)? \\", line)] == []
    assert re.findall(r"://|file:|--index|--find-links|@", text) == []


def test_the_locks_agree() -> None:
    """What is tested is what is run."""
    run, build, test = (pins(lock) for lock in LOCKS)

    assert run.items() <= test.items()
    assert build.items() <= test.items()


def test_what_is_declared_is_locked_and_explained() -> None:
    """Every dependency is in the lock and has its line in the decisions."""
    reasons = (ROOT / "docs/decisions/libraries.md").read_text(encoding="utf-8").lower()
    explained = re.sub(r"[-_.]+", "-", reasons)
    declared = {canonical(requirement) for requirement in project()["project"]["dependencies"]}
    extras = project()["project"]["optional-dependencies"]
    checking = {canonical(requirement) for extra in extras.values() for requirement in extra} - {"lamplit"}

    assert declared - pins("requirements.lock").keys() == set()
    assert checking - pins("requirements-test.lock").keys() == set()
    assert {name for name in declared | checking if not re.search(rf"\b{re.escape(name)}\b", explained)} == set()


def test_what_is_imported_is_declared() -> None:
    """A library that happens to be there because another needs it may be gone tomorrow."""
    declared = {canonical(requirement) for requirement in project()["project"]["dependencies"]}
    owners = packages_distributions()
    stray = set()
    for path in sources(*ROOMS):
        for top in {name.split(".")[0] for name in imported(path)} - sys.stdlib_module_names - set(ROOMS):
            names = {COMES_WITH.get(top, ""), *map(canonical, owners.get(top, [top]))}
            if not names & declared:
                stray.add(f"{path}: {top}")

    assert stray == set()


def test_no_file_knows_where_this_checkout_is() -> None:
    """A path of one machine is wrong on every other."""
    here = str(ROOT) + "/"
    kinds = {".py", ".lua", ".md", ".toml", ".yml", ".lock", ".html", ".css", ".json"}
    tops = [path for path in ROOT.iterdir() if path.name in {*ROOMS, "tests", "benchmarks", "docs"} or path.is_file()]
    files = [path for top in tops for path in ([top] if top.is_file() else top.rglob("*"))]
    telling = [path for path in files if path.suffix in kinds and here in path.read_text(encoding="utf-8")]

    assert [str(path.relative_to(ROOT)) for path in telling] == []
