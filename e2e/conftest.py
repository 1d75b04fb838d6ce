"""A house of its own with a map of the town, and a browser that writes down whatever it asks for and says."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from . import town

ROOT = Path(__file__).resolve().parent.parent
PICTURES = Path(os.environ.get("LAMPLIT_PICTURES", ROOT / ".cache" / "e2e"))
START_S = 60.0


@dataclass(frozen=True, slots=True)
class House:
    """A running service, and what its settings are."""

    url: str
    environment: dict[str, str]

    def command(self, *words: str) -> str:
        """What a command of it says; it must end well."""
        return _run(self.environment, *words)


def _run(environment: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "service", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr or done.stdout
    return done.stdout


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A sandbox with a map of the town, from before the first story to after the last."""
    folder = tmp_path_factory.mktemp("house")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LAMPLIT_")}
    environment |= {name: os.environ[name] for name in ("LAMPLIT_WALKS", "LAMPLIT_BASEMAP") if name in os.environ}
    environment |= {"LAMPLIT_DATA_DIR": str(folder / "data"), "LAMPLIT_PORT": str(port)}
    _run(environment, "map", "build", str(town.write(folder / "town.osm.pbf")), "--zone", "Europe/Ljubljana")
    log = (folder / "log").open("wb")
    command = [sys.executable, "-m", "service", "run"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(f"{url}/ready", process, folder / "log")
            yield House(url, environment)
        finally:
            process.terminate()
            process.wait(30)
            log.close()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the service did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium: `$LAMPLIT_CHROMIUM`, else the one on the path."""
    found = os.environ.get("LAMPLIT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "no chromium here: install Debian's package chromium, or name one with LAMPLIT_CHROMIUM"
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield opened
        opened.close()


@dataclass(slots=True)
class Seen:
    """What browsers have asked for and said. `elsewhere`: requests that left this house."""

    asked: list[tuple[str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def elsewhere(self, house: House) -> list[str]:
        own = urlsplit(house.url).netloc
        return [url for url, _ in self.asked if not url.startswith(("blob:", "data:")) and urlsplit(url).netloc != own]

    def watch(self, page: Page) -> None:
        page.on("request", lambda one: self.asked.append((one.url, one.headers.get("range", ""))))
        page.on("console", lambda one: self._hear(one.type, one.text))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))

    def _hear(self, kind: str, text: str) -> None:
        if text.startswith("Clear-Site-Data header"):
            return  # the way out has wiped what was kept: Chromium confirms it
        if "GL Driver Message" not in text:  # a machine without a graphics card, while its picture is taken
            self.said.append(f"{kind}: {text}")


Open = Callable[..., Page]


@pytest.fixture
def seen(house: House) -> Iterator[Seen]:
    """After every story: no request has left the house, and no page has complained."""
    seen = Seen()
    yield seen
    assert seen.elsewhere(house) == []
    assert seen.said == []


@pytest.fixture
def opened(browser: Browser, house: House, seen: Seen) -> Iterator[Open]:
    """Opens a browser of somebody's own at the house's first page: `opened(width=360, color_scheme="dark")`."""
    contexts: list[BrowserContext] = []

    def open_one(width: int = 1100, height: int = 900, **how: object) -> Page:
        context = browser.new_context(base_url=house.url, viewport={"width": width, "height": height}, **how)  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        seen.watch(page)
        return page

    yield open_one
    for context in contexts:
        context.close()


@contextmanager
def picture_of(page: Page, name: str) -> Iterator[None]:
    """Keeps a picture of the page as it is in the end, whether or not what is told about it is true."""
    try:
        yield
    finally:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
