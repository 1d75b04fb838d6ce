"""Stylesheets and scripts come from this house."""

from .neighbourhood import Neighbourhood


async def test_a_file_may_be_kept_for_a_year(street: Neighbourhood) -> None:
    """Its address carries a version."""
    answer = await street.browser().http.get("/static/lamplit.css?v=1")

    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_nothing_outside_the_folder_is_served(street: Neighbourhood) -> None:
    """Neither the folder itself nor what lies above it."""
    for path in ("/static/", "/static/../pages.py", "/static/%2e%2e/pages.py", "/static/nothing.css"):
        assert (await street.browser().http.get(path)).status_code == 404, path


async def test_a_page_without_an_icon_gets_none(street: Neighbourhood) -> None:
    """The blank page of the way out names no icon of ours; what browsers ask for then is not missing, it is nothing."""
    answer = await street.browser().http.get("/favicon.ico")

    assert (answer.status_code, answer.content) == (204, b"")
