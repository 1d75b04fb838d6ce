"""How the value of a setting must look."""

import pytest
from pydantic import BaseModel, ValidationError

from service.setting_values import Countries, MailSender, Number, WebAddress


class Some(BaseModel):
    address: WebAddress = ""
    countries: Countries = ""
    number: Number = ""
    sender: MailSender = ""


def test_values_are_kept_in_one_spelling() -> None:
    """No slash at the end of an address, no spaces between countries."""
    some = Some(address="https://lamplit.example/", countries="GB, IE")

    assert (some.address, some.countries) == ("https://lamplit.example", "GB,IE")


@pytest.mark.parametrize("sender", ["", "alerts@lamplit.example", "Lamplit <alerts@lamplit.example>"])
def test_a_sender_may_have_a_name(sender: str) -> None:
    """As it stands in a mail."""
    assert Some(sender=sender).sender == sender


@pytest.mark.parametrize(
    "given",
    [{"sender": "Lamplit <alerts>"}, {"number": "07700900123"}, {"countries": ","}, {"address": "https://"}],
)
def test_what_cannot_be_is_refused(given: dict[str, str]) -> None:
    """Whatever it is."""
    with pytest.raises(ValidationError):
        Some(**given)
