"""When something goes wrong."""

import pytest

from service.web.errors import ErrorPage, ExitPage, render_error, render_exit
from service.web.render import Frame

from .reading import Sheet


def test_a_bad_form_names_its_field() -> None:
    """400 says which field was wrong and what was expected, and that nothing was changed."""
    page = ErrorPage(frame=Frame(), status=400, field="minutes", detail="expected 1 to 60, got 900", back="/try")
    html = render_error(page)
    assert "<code>minutes</code>: expected 1 to 60, got 900" in html
    assert "Nothing was changed." in html
    assert 'href="/try"' in html


def test_a_store_that_cannot_write_is_admitted() -> None:
    """503 says that nothing is lost, promises nothing, and does not ask anybody in danger to wait."""
    words = " ".join(Sheet(render_error(ErrorPage(frame=Frame(), status=503, retry="20 s"))).words.split())
    assert "Your phone keeps what it has; nothing is lost." in words
    assert "Try again in 20 s." in words
    assert "Do not wait for us: dial 999." in words


@pytest.mark.parametrize("status", [404, 429, 500, 418])
def test_every_status_has_words(status: int) -> None:
    """Known or not, a status has its number, a sentence and a way on."""
    sheet = Sheet(render_error(ErrorPage(frame=Frame(), status=status)))
    assert str(status) in sheet.words
    assert len(sheet.given("h1")) == 1


def test_the_exit_does_not_carry_our_name() -> None:
    """Whoever looks over her shoulder after a quick exit sees a blank page without brand, link or script."""
    html = render_exit(ExitPage(frame=Frame(sandbox=True)))
    assert "Lamplit" not in html.replace("lamplit.css", "")
    assert Sheet(html).given("a") == []
    assert Sheet(html).given("script") == []


def test_the_exit_goes_on_where_the_house_says() -> None:
    """With an ordinary page set, the browser is sent on to it at once; without one it stays."""
    onward = render_exit(ExitPage(frame=Frame(), leave_to="https://weather.example/"))
    assert 'content="0; url=https://weather.example/"' in onward
    assert "http-equiv" not in render_exit(ExitPage(frame=Frame()))
