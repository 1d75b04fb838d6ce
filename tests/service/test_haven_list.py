"""A list of havens, as people write it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from service.haven_list import MOST_BYTES, HavenError, havens_at_start, havens_of, read_list
from service.journey.havens import KINDS
from service.settings import Settings

ZONE = "Europe/London"
PAGE = "id,name,lat,lon,kind,hours\n"
CHURCH = "s1,Open  church,51.3884,0.504,scheme,24/7\n"
NIGHT = datetime(2026, 7, 10, 3, tzinfo=UTC).timestamp()


def settings(path: Path, content: bytes | None = None) -> Settings:
    if content is not None:
        path.write_bytes(content)
    return Settings(havens=path)


def refused(path: Path, content: bytes | None = None) -> str:
    with pytest.raises(HavenError) as error:
        havens_of(settings(path, content))
    return str(error.value)


def test_a_list_is_read_and_more_columns_do_no_harm() -> None:
    """As a scheme hands it over: in its own order, with what it needs itself, with empty lines."""
    text = (
        "Name, Hours ,id,Verified_on,LAT,lon,kind,x\nOpen  church,24/7,s1,2026-05-01,51.3884,0.504,scheme,y\n\n,,,,,,\n"
    )
    [haven] = read_list(text, ZONE).near(51.388, 0.504, NIGHT)
    assert (haven.id, haven.name, haven.kind) == ("s1", "Open church", "scheme")


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + (PAGE + CHURCH).encode(),
        (PAGE + CHURCH).replace("\n", "\r\n").encode(),
        b"id;name;lat;lon;kind;hours\r\ns1;Open church;51,3884;0,504;scheme;24/7\r\n",
        b"id\tname\tlat\tlon\tkind\thours\ns1\tOpen church\t51.3884\t0.504\tscheme\t24/7\n",
        b'id,name,lat,lon,kind,hours\n"s1","Open church","51,3884","0,504","scheme","24/7"',
    ],
)
def test_however_a_spreadsheet_saves_it(tmp_path: Path, content: bytes) -> None:
    """With a mark before the first byte, with semicolons and decimal commas, with tabs, in quotes."""
    haven = havens_of(settings(tmp_path / "h.csv", content)).named("s1", NIGHT)
    assert haven is not None
    assert (haven.name, haven.lat, haven.lon, haven.open) == ("Open church", 51.3884, 0.504, True)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("id,name\n", "line 1: expected the columns id, name, lat, lon, kind, hours, missing lat, lon, kind, hours"),
        ("", "line 1: expected the columns id, name, lat, lon, kind, hours, missing id, name, lat, lon, kind, hours"),
        (PAGE + "s1,Church,91,0.5,scheme,\n", "line 2: lat: expected -85 to 85, got 91"),
        (PAGE + "s1,Church,nan,0.5,scheme,\n", "line 2: lat: expected -85 to 85, got nan"),
        (PAGE + "s1,Church,51.3\n", f"line 2: kind: expected one of {', '.join(KINDS)}, got nothing"),
        (PAGE + "s1,Church,51.3,east,scheme,\n", "line 2: lon: expected -180 to 180, got east"),
        (PAGE + "s1,Church,51.3,\x1b[31m,scheme,\n", "line 2: lon: expected -180 to 180, got ?[31m"),
        (PAGE + "s1,,51.3,0.5,scheme,\n", "line 2: name: expected 1 to 60 printable characters, got 0"),
        (PAGE + f"s1,{'x' * 61},51.3,0.5,scheme,\n", "line 2: name: expected 1 to 60 printable characters, got 61"),
        (
            PAGE[:-1] + ",verified_on\n" + CHURCH[:-1] + ",May\n",
            "line 2: verified_on: expected a day like 2026-05-31, got May",
        ),
        (PAGE + CHURCH + CHURCH, "line 3: id: expected another one on each line, got s1 as on line 2"),
        (PAGE + "s1,A,51,0,castle,\n", f"line 2: kind: expected one of {', '.join(KINDS)}, got castle"),
        (PAGE + "s1,A,0,0,pub,\n", "line 2: lat: expected where it is, got 0, 0"),
        (PAGE + f"s1,A,51,0,pub,{'x' * 256}\n", "line 2: hours: expected at most 255 characters, got 256"),
        (
            PAGE + "\n\ns1,A,0.504,51.388,pub,\n",
            "line 4: lat: expected a place in the part of the world of Europe/London, got 0.504: "
            "are lat and lon swapped?",
        ),
        (
            PAGE + "a,A,x,0,pub,\nb,B,51,0,pub,\nc,C,x,0,pub,\nd,D,x,0,pub,\ne,E,x,0,pub,\nf,F,x,0,pub,\n",
            "line 2: lat: expected -85 to 85, got x; line 4: lat: expected -85 to 85, got x; "
            "line 5: lat: expected -85 to 85, got x; and 2 more lines",
        ),
        (
            PAGE + f's1,"{"x" * 200_000}",51,0,pub,\n',
            "line 2: expected CSV, got field larger than field limit (131072)",
        ),
    ],
)
def test_a_list_that_cannot_be_read_names_line_and_column(page: str, said: str) -> None:
    """What was expected, and what came; of many wrong lines the first three."""
    with pytest.raises(HavenError) as error:
        read_list(page, ZONE)
    assert str(error.value) == said


@pytest.mark.parametrize(
    ("zone", "lat", "lon"),
    [("Europe/London", 51.4, 0.5), ("Europe/Helsinki", 60.2, 24.9), ("Europe/Ljubljana", 46.05, 14.5),
     ("America/New_York", 40.7, -74.0), ("Australia/Sydney", -33.9, 151.2), ("Asia/Kolkata", 19.1, 72.9)],
)  # fmt: skip
def test_swapped_degrees_are_found_wherever_the_zone_has_a_city(zone: str, lat: float, lon: float) -> None:
    """The right way round is taken; the wrong one is refused, by its range or by its part of the world."""
    assert read_list(f"{PAGE}a,A,{lat},{lon},pub,\n", zone).known == 1
    with pytest.raises(HavenError, match=r"line 2: lat: .*(swapped|-85 to 85)"):
        read_list(f"{PAGE}a,A,{lon},{lat},pub,\n", zone)


def test_the_list_of_the_manual_is_one() -> None:
    """Whoever begins with it begins with one that is read, hours and all."""
    manual = (Path(__file__).parents[2] / "docs/havens.md").read_text(encoding="utf-8")
    havens = read_list(manual.split("```\n")[1], ZONE, "GB")
    assert (havens.known, havens.unreadable, havens.timeless) == (4, (), 0)
    for kind in KINDS:
        assert f"`{kind}`" in manual


def test_a_scheme_s_word_holds_for_a_year() -> None:
    """From the day on which somebody stood at the door; without a day, and afterwards, it is an open place. Police are
    police."""
    page = PAGE[:-1] + ",verified_on\n" + CHURCH[:-1] + ",2026-07-01\ns2,Library,51.3885,0.504,scheme,24/7,\n"
    havens = read_list(page + "p,Police,51.3886,0.504,police,24/7,\n", ZONE)
    year = datetime(2027, 7, 10, 3, tzinfo=UTC).timestamp()

    assert [place.id for place in havens.near(51.388, 0.504, NIGHT)] == ["s1", "p"]
    assert [place.id for place in havens.near(51.388, 0.504, year)] == ["p"]
    assert (havens.unvetted(NIGHT), havens.unvetted(year)) == (1, 2)
    open_place = havens.nearest(51.388, 0.504, year).open_place
    assert open_place is not None
    assert (open_place.place.id, open_place.place.automatic, open_place.place.kind) == ("s1", False, "scheme")


def test_where_a_zone_has_no_city_everything_on_earth_is_taken() -> None:
    """UTC is no part of the world."""
    assert read_list(PAGE + "a,A,0.5,51.4,pub,\n", "UTC").known == 1


def test_the_file_itself_may_be_wrong(tmp_path: Path) -> None:
    """Not there, a folder, saved in another alphabet, far too large: one sentence that names it."""
    path = tmp_path / "h.csv"
    assert refused(path) == f"{path}: cannot be read: No such file or directory"
    assert refused(tmp_path) == f"{tmp_path}: expected a file, got something else"
    assert refused(Path("/dev/zero")) == "/dev/zero: expected a file, got something else"
    latin = b"\xef\xbb\xbf" + (PAGE + CHURCH + "c,Café,51.3,0.5,shop,\n").encode("latin-1")
    assert refused(path, latin) == f"{path}: line 3: expected text in UTF-8: save the list as “CSV UTF-8”"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert refused(path) == f"{path}: expected at most 50 MB, got more"


def test_without_a_list_there_are_none() -> None:
    """The house as it comes."""
    assert havens_of(Settings()).known == 0


def test_a_start_with_a_wrong_list_has_none_and_says_so(tmp_path: Path) -> None:
    """Nobody's walk goes unwatched because of it; whoever started it reads which line it is."""
    with capture_logs() as lines:
        havens = havens_at_start(settings(tmp_path / "h.csv", (PAGE + "a,A,51,0,castle,\n").encode()))
    assert havens.known == 0
    assert [line["event"] for line in lines] == ["the list of havens cannot be used, so there are none"]
    assert "h.csv: line 2: kind: expected one of" in lines[0]["error"]
    assert havens_at_start(settings(tmp_path / "h.csv", (PAGE + CHURCH).encode())).known == 1


def _many() -> Iterator[str]:
    yield PAGE
    for n in range(100_000):
        yield f"x{n},Place {n},51.{n % 1000:03d},0.{n // 1000:03d},pub,Mo-Su 18:00-23:00\n"


def test_a_hundred_thousand_places_are_a_list_too() -> None:
    """And the nearest are found among them."""
    havens = read_list("".join(_many()), ZONE)
    found = havens.nearest(51.5, 0.05, NIGHT)
    assert (havens.known, len(found.around), found.around[0].place.id) == (100_000, 10, "x50500")
