"""Her journeys afterwards, and everything in one file."""

import io
import zipfile

from tests.service.doors.neighbourhood import Neighbourhood
from tests.service.doors.tried import begun


async def test_a_walk_that_ended_stands_there_with_its_end(street: Neighbourhood) -> None:
    """Beside it, that nobody looked."""
    browser, _ = await begun(street)
    assert "home, due 22:46, under way." in await browser.reads("/try/history")

    await browser.press("/try/pin?for=end", "/try/pin", **{"for": "end", "pin": "2580"})

    read = await browser.reads("/try/history")
    assert "ended with your PIN at 21:59." in read
    assert "Nobody looked at where you were." in read


async def test_everything_is_one_file_for_her_pin(street: Neighbourhood) -> None:
    """A wrong PIN gets none."""
    browser, _ = await begun(street)
    page = "/try/pin?for=export"

    assert (await browser.press(page, "/try/pin", **{"for": "export", "pin": "1111"})).status_code == 403
    answer = await browser.press(page, "/try/pin", **{"for": "export", "pin": "2580"})

    assert answer.headers["content-type"] == "application/zip"
    assert {"readme.html", "data.json"} <= set(zipfile.ZipFile(io.BytesIO(answer.content)).namelist())
