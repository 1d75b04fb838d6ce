"""What a contact will see, in words for her."""

import pytest
from msgspec.structs import replace

from service.people.duties import sees
from service.people.model import Contact

BETH = Contact(id="beth", name="Beth", number="+447700900201")


def _words(contact: Contact) -> str:
    return " ".join(row.what for row in sees(contact))


def test_a_place_is_shown_only_when_something_is_wrong_or_she_asks() -> None:
    """The rows of "Who sees what", in its order."""
    rows = {row.when: row.what for row in sees(BETH)}

    assert "Never a place" in rows["While nothing is wrong"]
    assert rows["When you ask to be watched on a journey"] == "where you are, live, for that journey only"
    assert rows["When something looks wrong and you have not answered us"].startswith("the street")
    assert "half an hour of your way" in rows["When you have not arrived"]
    assert "half an hour of your way" in rows["When you press SOS"]


def test_never_my_place_means_never() -> None:
    """Eve is told that something is wrong, and not where, whatever happens."""
    words = _words(replace(BETH, place=False))

    assert "street" not in words
    assert "half an hour" not in words
    assert words.count("Never a place") == 4


@pytest.mark.parametrize("place", [True, False])
def test_who_is_off_the_sos_list_hears_no_sos_and_sees_no_card(place: bool) -> None:
    """Nothing of either."""
    rows = {row.when: row.what for row in sees(replace(BETH, on_sos_list=False, place=place))}

    assert rows["When you press SOS"] == "nothing of it: this person is not on your SOS list"
    assert "card" not in " ".join(rows.values())
    assert "card" in _words(replace(BETH, place=place))
