"""What people are told when they may not: one kind of refusal for every use case, turned into words by the doors."""

from collections.abc import Mapping
from enum import StrEnum


class Why(StrEnum):
    """The code of a refusal; `docs/api.md` says what each means and which status it has."""

    INVALID = "invalid"
    PIN_NEEDED = "pin_needed"
    TRY_AGAIN = "try_again"
    WRONG_CODE = "wrong_code"
    TOO_MANY = "too_many"
    NOT_FOUND = "not_found"
    ALREADY = "already"
    JOURNEY_UNDER_WAY = "journey_under_way"
    NOBODY_TO_TELL = "nobody_to_tell"
    KEY_REUSED = "idempotency_key_reused"
    BUSY = "busy"
    NO_ROUTE = "no_route"
    NO_MAP = "no_map"


class Refused(Exception):
    """Nothing was changed. `field` names what was wrong, where it was one; `wait_s` when to try again.
    `about` names the thing in the way (a journey's id), `more` is whatever else programs should know."""

    def __init__(
        self,
        why: Why,
        detail: str,
        *,
        field: str = "",
        wait_s: float | None = None,
        about: str | None = None,
        more: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(f"{field}: {detail}" if field else detail)
        self.why, self.detail, self.field, self.wait_s, self.about = why, detail, field, wait_s, about
        self.more = dict(more or {})


def invalid(field: str, detail: str) -> Refused:
    """Bad input that names its field."""
    return Refused(Why.INVALID, detail, field=field)
