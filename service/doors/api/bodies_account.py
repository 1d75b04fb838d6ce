"""The bodies of what is hers: her names and ways, her card, her devices, a forgotten PIN."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from .bodies import Body, Pin, PinBody, Text

Way = Literal["push", "sms", "call"]
Written = Annotated[str, StringConstraints(max_length=2_000)]


class MeBody(PinBody):
    """What is left out stays. `channels` and `names_shown` take her PIN."""

    name: Text | None = None
    short_name: Text | None = None
    channels: Annotated[list[Way], Field(max_length=3)] | None = None
    names_shown: bool | None = None


class CardBody(PinBody):
    """What is left out stays, an empty text empties a field. `danger` and `word` are never shown again."""

    full_name: Written | None = None
    description: Written | None = None
    address: Written | None = None
    medical: Written | None = None
    danger: Written | None = None
    police_reference: Written | None = None
    word: Written | None = None

    def fields(self) -> dict[str, str]:
        """What was given."""
        given = self.model_dump(exclude={"pin"}, exclude_none=True)
        return {name: str(text) for name, text in given.items()}


class DeviceBody(PinBody):
    name: Text


class TrackerBody(PinBody):
    """`heartbeat_s`: how often the app speaks when it stands still, as it is set there."""

    app: Text
    name: Text
    heartbeat_s: Annotated[float, Field(allow_inf_nan=False)] | None = None


class CodeBody(Body):
    """`code` as it was sent to her number for this tracker."""

    code: Text


class ForgottenBody(Body):
    """`code` as it was sent to her number (`POST /v1/signup`)."""

    code: Text


class OldPinBody(Body):
    pin: Pin
