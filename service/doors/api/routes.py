"""The HTTP API of her phone, `/v1`: sign-up, PINs, contacts, journeys, and every command her socket knows.

Who asks is what the token says; every row that is read or written is reached from there, so no id in a path or body
can name somebody else's.
"""

from typing import Any

from fastapi import APIRouter

from service.doors.phones import ingest
from service.doors.problems import MEDIA_TYPE
from service.house import House

from . import account as api_account
from . import contacts as api_contacts
from . import data as api_data
from . import journeys as api_journeys
from . import lamps as api_lamps
from . import nearby as api_nearby
from . import trackers as api_trackers
from . import ways as api_ways

_PROBLEM: dict[str, Any] = {"content": {MEDIA_TYPE: {}}}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    401: {"description": "no, an unknown or a revoked device token", **_PROBLEM},
    403: {"description": "a PIN is needed, or was wrong", **_PROBLEM},
    404: {"description": "there is no such thing of hers", **_PROBLEM},
    409: {"description": "something of hers is in the way", **_PROBLEM},
    422: {"description": "a field cannot be used; `field` names it", **_PROBLEM},
    429: {"description": "too many; Retry-After says when", **_PROBLEM},
    503: {"description": "not on disk yet: repeat it", **_PROBLEM},
}


def router(house: House) -> APIRouter:
    """Every route of the API. The app has to `problems.install` too."""
    found = APIRouter(prefix="/v1", responses=_RESPONSES)
    for part in (
        api_account,
        api_trackers,
        api_contacts,
        api_journeys,
        api_ways,
        api_nearby,
        api_lamps,
        api_data,
        ingest,
    ):
        found.include_router(part.router(house))
    return found
