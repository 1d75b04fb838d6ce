"""A router that is not ours: here a wheel of three short programs stands in for it."""

import stat
import sys
from pathlib import Path

import pytest

from benchmarks import router as routers
from tests.geofence.streets.town import grid

CONFIG = """import json
print(json.dumps({"mjolnir": {}, "httpd": {"service": {"drain_seconds": 28}}}))
"""
TILES = '#!/bin/sh\ncp "$3" "$(dirname "$2")/tiles"\n'
SERVICE = """#!{python}
import json, os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
config = json.load(open(sys.argv[1]))
assert os.path.exists(os.path.join(os.path.dirname(sys.argv[1]), "tiles"))
class Answers(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        north = asked["locations"][1]["lat"] > asked["locations"][0]["lat"]
        body = json.dumps({{"trip": {{"summary": {{"length": 1.25}}}}}}).encode()
        self.send_response(200 if north else 400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words):
        pass
port = int(config["httpd"]["service"]["listen"].rpartition(":")[2])
assert config["httpd"]["service"]["drain_seconds"] == 0
HTTPServer(("127.0.0.1", port), Answers).serve_forever()
"""


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """The folder of a wheel that is unpacked."""
    programs = tmp_path / "wheel" / "valhalla" / "bin"
    programs.mkdir(parents=True)
    (programs.parent / "valhalla_build_config.py").write_text(CONFIG)
    for name, text in (("valhalla_build_tiles", TILES), ("valhalla_service", SERVICE.format(python=sys.executable))):
        (programs / name).write_text(text)
        (programs / name).chmod(stat.S_IRWXU)
    return tmp_path / "wheel"


def test_the_router_is_asked_for_lengths_and_is_gone_afterwards(wheel: Path, tmp_path: Path) -> None:
    """It has its tiles before it is asked; where it finds no way there is no length; after the block nobody listens."""
    source = grid(3, 4, 200.0).write(tmp_path / "squares.osm.pbf")
    with routers.router(wheel, source) as router:
        assert router.length_m(((51.0, 0.0), (51.1, 0.0))) == 1250.0
        assert router.length_m(((51.1, 0.0), (51.0, 0.0))) is None

    with pytest.raises(OSError, match="refused"):
        router.length_m(((51.0, 0.0), (51.1, 0.0)))


def test_a_wheel_is_found_where_it_is_named(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without its programs is none."""
    monkeypatch.setenv("LAMPLIT_VALHALLA", str(wheel))
    assert routers.folder() == wheel
    monkeypatch.setenv("LAMPLIT_VALHALLA", str(wheel / "valhalla"))
    assert routers.folder() is None


def test_a_router_that_does_not_start_is_no_figure(wheel: Path, tmp_path: Path) -> None:
    """Its process has ended: that is said at once, and nothing is measured with it."""
    (wheel / "valhalla" / "bin" / "valhalla_service").write_text("#!/bin/sh\nexit 3\n")
    source = grid(3, 4, 200.0).write(tmp_path / "squares.osm.pbf")

    with pytest.raises(RuntimeError, match="got none: 3"), routers.router(wheel, source):
        pytest.fail("it has not started")


def test_what_is_here_already_is_not_fetched(
    wheel: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And it is said where it is."""
    monkeypatch.setattr(routers, "ROOT", wheel.parent)
    monkeypatch.setattr(routers, "HERE", wheel)

    assert routers.fetch() == 0
    assert capsys.readouterr().out == f"{routers.PACKAGE} is here already: wheel\n"


def test_what_cannot_be_fetched_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """First what is about to be fetched, then that it cannot: a wheel of that name nobody has."""
    monkeypatch.setattr(routers, "ROOT", tmp_path)
    monkeypatch.setattr(routers, "HERE", tmp_path / "wheel")
    monkeypatch.setattr(routers, "PACKAGE", "pyvalhalla==no-version")

    assert routers.fetch() == 1
    said = capsys.readouterr()
    assert said.out.startswith("fetching pyvalhalla==no-version into wheel, 256 MB")
    assert said.err == "it cannot be fetched here; lengths beside another router stay not measured\n"
