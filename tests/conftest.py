"""What holds for every test: nothing of the developer's own set-up leaks in."""

import os

import pytest


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """No `LAMPLIT_…` variable of the shell that runs the tests is seen by them."""
    for name in [name for name in os.environ if name.startswith("LAMPLIT_")]:
        monkeypatch.delenv(name)
