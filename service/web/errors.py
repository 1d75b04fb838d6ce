"""When something is not there, not understood, too often, or cannot be written down."""

from dataclasses import dataclass

from .render import Frame, render


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """An error as a page. `status` 400, 401, 403, 404, 405, 409, 429 and 503 have their own words; others a plain one.

    field and detail: what was wrong in a form (400): the field's name and what was expected.
    retry: "20 s" where waiting helps (429, 503; send Retry-After too). back: a path of this house to go on from.
    """

    frame: Frame
    status: int
    field: str = ""
    detail: str = ""
    retry: str = ""
    back: str = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitPage:
    """`GET /exit`: an empty page without our name on it; send it with `EXIT_HEADERS`.

    leave_to: an ordinary public page to go on to at once (a setting), "" to stay. In the sandbox leave it empty:
    nothing leaves the machine.
    """

    frame: Frame
    leave_to: str = ""


def render_error(page: ErrorPage) -> str:
    return render("error.html", page)


def render_exit(page: ExitPage) -> str:
    return render("exit.html", page)
