"""The container files, held against the schema and against what they name: nobody needs Docker to find a mistake."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from service.settings import Settings, variable_of

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def compose() -> dict[str, Any]:
    """docker-compose.yml with its anchors resolved."""
    loaded: dict[str, Any] = YAML(typ="safe").load(ROOT / "docker-compose.yml")
    return loaded


def services() -> dict[str, Any]:
    """The containers by name."""
    found: dict[str, Any] = compose()["services"]
    return found


def test_the_compose_file_is_one() -> None:
    """It follows the Compose specification."""
    schema = ["--builtin-schema", "vendor.compose-spec", str(ROOT / "docker-compose.yml")]

    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *schema], capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_image_brings_what_draws_maps() -> None:
    """Fetched into a folder of the image while it is built, and the settings name that folder."""
    assert "LAMPLIT_BASEMAP=/opt/basemap /opt/lamplit/bin/python -m service.maps.basemap" in DOCKERFILE
    assert "COPY --from=build /opt/basemap /opt/basemap" in DOCKERFILE
    assert re.search(r"^ENV (.*\\\n)*.*LAMPLIT_BASEMAP=/opt/basemap$", DOCKERFILE, re.MULTILINE)


def test_three_containers_with_names_of_their_own() -> None:
    """None is called like a package or a command of the system."""
    assert set(services()) == {"valkey", "web", "watchman"}
    assert compose()["name"] == "lamplit"


def test_the_store_writes_before_it_answers_and_forgets_nothing() -> None:
    """An append-only file, synced for every command, on a volume; no eviction."""
    valkey = services()["valkey"]
    options = dict(zip(valkey["command"][1::2], valkey["command"][2::2], strict=True))

    assert options["--appendonly"] == "yes"
    assert options["--appendfsync"] == "always"
    assert options["--maxmemory-policy"] == "noeviction"
    assert valkey["volumes"] == ["valkey:/data"]


def test_nothing_starts_before_the_store_answers() -> None:
    """Web and watchman wait for a healthy Valkey."""
    assert services()["valkey"]["healthcheck"]["test"] == ["CMD", "valkey-cli", "ping"]
    for name in ("web", "watchman"):
        assert services()[name]["depends_on"]["valkey"]["condition"] == "service_healthy"


@pytest.mark.parametrize("name", ["web", "watchman"])
def test_each_command_exists(name: str) -> None:
    """What a container runs is a command of `lamplit`."""
    (command,) = services()[name]["command"]

    asked = subprocess.run(
        [sys.executable, "-m", "service", command, "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert asked.returncode == 0, asked.stderr


def test_each_variable_is_a_setting() -> None:
    """A container's environment names settings that exist, with values that load."""
    variables = {
        variable: value for name in ("web", "watchman") for variable, value in services()[name]["environment"].items()
    }
    baked = set(re.findall(r"(LAMPLIT_\w+)=", DOCKERFILE))

    assert {*variables, *baked} <= {variable_of(name) for name in Settings.model_fields}
    assert Settings.model_validate({name.removeprefix("LAMPLIT_").lower(): value for name, value in variables.items()})


def test_the_door_is_open_to_this_machine_only() -> None:
    """TLS stands in front; nothing is published to the network by default."""
    port = Settings.model_fields["port"].default

    assert services()["web"]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert "ports" not in services()["valkey"]
    assert f"EXPOSE {port}" in DOCKERFILE
    assert f"http://127.0.0.1:{port}/health" in DOCKERFILE


def test_the_image_runs_as_nobody_in_particular() -> None:
    """The last stage has a user of its own, and what it installs is checked by hash."""
    last = DOCKERFILE.rpartition("\nFROM ")[2]

    assert "\nUSER lamplit\n" in last
    assert len(re.findall(r"pip install (?!--no-deps)", DOCKERFILE)) == DOCKERFILE.count("--require-hashes")


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    """Every source of a COPY exists and passes `.dockerignore`."""
    copied = {
        name
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, flags=re.MULTILINE)
        for name in line.split()[:-1]
    }
    let_in = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), flags=re.MULTILINE))

    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)
