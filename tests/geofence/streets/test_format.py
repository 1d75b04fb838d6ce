"""The file of a region, byte by byte."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geofence.streets.format import ARRAYS, FORMAT, MAGIC, Box, MapError, read, write
from geofence.streets.region import Region

Change = Callable[[dict[str, Any]], None]


def rewritten(region: Region, path: Path, change: Change) -> Path:
    """A copy of the region's file with another header, of a length and a size that fit."""
    data = region.path.read_bytes()
    length = int.from_bytes(data[8:16], "little")
    header = msgspec.json.decode(data[16 : 16 + length])
    change(header)
    text = msgspec.json.encode(header).ljust(length)
    assert len(text) == length, "a header that got longer moves the arrays"
    path.write_bytes(data[:16] + text + data[16 + length :])
    return path


def refused(path: Path) -> MapError:
    """What opening a file says."""
    with pytest.raises(MapError) as caught:
        read(path)
    return caught.value


def test_what_was_written_is_read(region: Region, tmp_path: Path) -> None:
    """Every array and the header come back; the sum that is told is the one of the bytes."""
    header, arrays = read(region.path)
    copy = tmp_path / "copy.streets"
    with copy.open("wb") as file:
        written = write(file, header.about, arrays)
    again, same = read(copy)

    assert again == header
    assert [name for name in ARRAYS if not np.array_equal(same[name], arrays[name])] == []
    assert copy.read_bytes() == region.path.read_bytes()
    assert written.sha256 == hashlib.sha256(copy.read_bytes()).hexdigest()


def test_arrays_lie_where_a_processor_likes_them(region: Region) -> None:
    """Each begins at a multiple of 64 bytes, and the file is whole pages long: mapping copies nothing."""
    _, arrays = read(region.path)

    assert {array.ctypes.data % 64 for array in arrays.values() if len(array)} == {0}
    assert region.path.stat().st_size % 4096 == 0


def test_arrays_are_plain_and_nobody_writes_to_them(region: Region) -> None:
    """`np.memmap` objects cost three times as much at every touch; a map that is shared is not changed by one."""
    _, arrays = read(region.path)

    assert {type(array) for array in arrays.values()} == {np.ndarray}
    assert not any(array.flags.writeable for array in arrays.values())


def test_one_mapping_serves_all_arrays(region: Region) -> None:
    """A file is mapped once."""
    _, arrays = read(region.path)

    def owner(array: Any) -> Any:
        while isinstance(array, np.ndarray):
            array = array.base
        return array

    assert len({id(owner(array)) for array in arrays.values()}) == 1


@pytest.mark.parametrize("content", [b"", b"LAMP", b"PK\x03\x04 something else", MAGIC])
def test_what_is_no_map_is_refused(tmp_path: Path, content: bytes) -> None:
    """The first eight bytes say what a file is."""
    path = tmp_path / "x.streets"
    path.write_bytes(content)

    assert refused(path).field == "magic"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """Nothing there and a folder are both no map."""
    assert refused(tmp_path / "none.streets").field == "file"
    assert refused(tmp_path).field == "file"


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.999])
def test_a_file_that_was_cut_short_is_refused(region: Region, tmp_path: Path, kept: float) -> None:
    """Reading past the end of a mapping would end the process; so its size is compared first."""
    data = region.path.read_bytes()
    path = tmp_path / "cut.streets"
    path.write_bytes(data[: int(len(data) * kept)])
    error = refused(path)

    assert error.field in ("size", "header")
    assert str(int(len(data) * kept)) in error.reason


def test_a_file_with_something_behind_it_is_refused(region: Region, tmp_path: Path) -> None:
    """Two files in one are none."""
    path = tmp_path / "long.streets"
    path.write_bytes(region.path.read_bytes() + bytes(4096))

    assert refused(path).field == "size"


def test_a_header_longer_than_the_file_is_refused(tmp_path: Path) -> None:
    """A length of 2^63 asks for no memory."""
    path = tmp_path / "x.streets"
    path.write_bytes(MAGIC + (2**63).to_bytes(8, "little") + b"{}")

    assert refused(path).field == "header"


@pytest.mark.parametrize("text", [b"\xff\xfe", b"{}", b"[", b'{"format":"one"}', b"[" * 100_000])
def test_a_header_that_is_none_is_refused(tmp_path: Path, text: bytes) -> None:
    """Whatever stands there, the answer names the header."""
    path = tmp_path / "x.streets"
    path.write_bytes(MAGIC + len(text).to_bytes(8, "little") + text)

    assert refused(path).field == "header"


def test_another_format_is_named(region: Region, tmp_path: Path) -> None:
    """A file of a later Lamplit says so, before anything else in it is looked at."""
    error = refused(rewritten(region, tmp_path / "x.streets", lambda header: header.update(format=FORMAT + 1)))

    assert (error.field, error.reason) == ("format", f"expected {FORMAT}, got {FORMAT + 1}")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda h: h["arrays"].pop("node_x"), "node_x"),
        (lambda h: h["arrays"].update(node_x=["<f8", *h["arrays"]["node_x"][1:]]), "node_x"),
        (lambda h: h["arrays"].update(node_y=["<i4", 9, 0]), "node_y"),
        (lambda h: h["arrays"].update(pt_x=["<i4", 9, 0]), "pt_y"),
        (lambda h: h["arrays"].update(part_m=["<f4", 1, 3]), "part_m"),
        (lambda h: h["arrays"].update(part_m=["<f4", 1, -64]), "part_m"),
        (lambda h: h["arrays"].update(name_bytes=["|u1", 99999, 0]), "name_bytes"),
        (lambda h: h["arrays"].update(xx=h["arrays"].pop("lamp_x")), "lamp_x"),
        (lambda h: h["about"]["cells"].update(rows=2), "cell_start"),
        (lambda h: h["about"].pop("zone"), "header"),
    ],
)
def test_a_header_that_does_not_fit_its_arrays_is_refused(
    region: Region, tmp_path: Path, change: Change, field: str
) -> None:
    """Every array is there, of its type, inside the file, and as long as those it belongs to."""
    assert refused(rewritten(region, tmp_path / "x.streets", change)).field == field


@pytest.mark.parametrize("name", ["wide", "high", "columns", "rows", "cell_m"])
def test_a_grid_without_cells_is_refused(region: Region, tmp_path: Path, name: str) -> None:
    """Whoever asks for a cell divides by its size."""
    assert refused(
        rewritten(region, tmp_path / "x.streets", lambda h: h["about"]["cells"].update({name: 0}))
    ).field == ("header")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 4000), st.integers(1, 255))
def test_a_damaged_header_is_refused_or_harmless(region: Region, tmp_path: Path, at: int, flip: int) -> None:
    """Whatever byte is wrong: the file says what is the matter, or it opens and all of its arrays can be read."""
    data = bytearray(region.path.read_bytes())
    data[at] ^= flip
    path = tmp_path / "damaged.streets"
    path.write_bytes(data)
    try:
        _, arrays = read(path)
    except MapError as error:
        said = str(error)
    else:
        said = f"{len(arrays)} arrays: expected, got {sum(int(array.sum()) for array in arrays.values())}"

    assert ": expected" in said
    assert ", got " in said


def test_arrays_that_do_not_fit_are_not_written(region: Region) -> None:
    """A mistake shows when a file is built, not a month later when it is opened."""
    header, arrays = read(region.path)

    def field(**other: Any) -> str:
        with pytest.raises(MapError) as caught:
            write(io.BytesIO(), header.about, arrays | other)
        return caught.value.field

    assert field(node_x=arrays["node_x"].astype(np.int64)) == "node_x"
    assert field(node_y=arrays["node_y"][1:]) == "node_y"
    assert field(pt_x=arrays["pt_x"].reshape(1, -1)) == "pt_x"


def test_how_far_outside_a_box_a_place_is() -> None:
    """Nothing inside and at its edge; a kilometre to the north of it; beyond a corner as the crow flies."""
    box = Box(west=0.5, south=51.0, east=0.6, north=51.1)

    assert box.outside_m(51.05, 0.55) == box.outside_m(51.1, 0.6) == 0.0
    assert box.outside_m(51.1 + 1.0 / 111.25, 0.55) == pytest.approx(1000, abs=2)
    assert box.outside_m(51.109, 0.614) == pytest.approx(1402, abs=5)
