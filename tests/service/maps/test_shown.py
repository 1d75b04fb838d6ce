"""How far a download or a build is, on a terminal and in a log."""

from io import StringIO

from service.maps.shown import Watched


class Terminal(StringIO):
    """A stream that is one."""

    def isatty(self) -> bool:
        return True


def test_a_log_has_a_line_each_tenth() -> None:
    """And no more, however often it is told."""
    log = StringIO()
    with Watched("kent", log) as shown:
        for here in range(1001):
            shown.coming(here * 1000, 1_000_000)
    lines = log.getvalue().splitlines()

    assert len(lines) == 11
    assert (lines[0], lines[-1]) == (
        "fetching kent: 0 %, 0.0 of 1.0 MB", "fetching kent: 100 %, 1.0 of 1.0 MB"
    )  # fmt: skip


def test_a_build_follows_its_download() -> None:
    """With what is being done, in words."""
    log = StringIO()
    with Watched("kent", log) as shown:
        shown.coming(10, 10)
        for what, share in (
            ("reading", 0.0),
            ("reading", 0.05),
            ("tiles", 0.62),
            ("something new", 0.7),
            ("done", 1.0),
        ):
            shown.doing(what, share)

    assert log.getvalue().splitlines() == [
        "fetching kent: 100 %, 0.0 of 0.0 MB",
        "building kent: 0 %, reading the streets",
        "building kent: 60 %, drawing tiles",
        "building kent: 70 %, something new",
        "building kent: 100 %, done",
    ]


def test_a_download_of_unknown_length_is_not_counted_in_tenths() -> None:
    """Nobody knows how many there are."""
    log = StringIO()
    with Watched("kent", log) as shown:
        shown.coming(10, None)

    assert log.getvalue() == ""


def test_a_terminal_has_a_bar() -> None:
    """One for the download, one for the build; whatever ends it, the cursor comes back."""
    screen = Terminal()
    with Watched("kent", screen) as shown:
        shown.coming(5, 10)
        shown.coming(5, None)
        shown.doing("reading", 0.5)

    assert "\x1b[?25h" in screen.getvalue()
