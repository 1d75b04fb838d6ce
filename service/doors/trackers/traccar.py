"""What Traccar Client, OsmAnd and whatever speaks like them say: a query, a form, or JSON (traccar.org, "OsmAnd")."""

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl

from .loose import Said, Unread, latest, objects
from .reported import Report
from .traccar_fix import fix

_IDS = ("id", "deviceid", "device_id")


def read(
    query: Mapping[str, str] | Iterable[tuple[str, str]],
    body: bytes,
    content_type: str = "",
    *,
    speed_in_mps: bool = False,
) -> Report:
    """Everything that can be read of one GET or POST; never an exception.

    The device of the query, else of the first object, is the device of the request; what then names another is left
    out. Without any, `device` is empty. `speed_in_mps` is for a device whose app writes metres a second where knots are
    due (OsmAnd itself does). The app's alarm counts even among what is left out for being too much.
    """
    unread: Unread = {}
    pairs = [*_form(body, content_type, unread), *_pairs(query)]  # the last of a name counts: the query's
    flat = Said(dict(pairs), unread)
    found = objects(body, unread) if _is_json(body) else []
    device, found = _device(flat, found)

    said = [flat] if pairs else []
    for item in found:
        said += _split(item, unread)
    sos = any(name == "alarm" and _is_sos(value) for name, value in pairs)
    sos = sos or any(_is_sos(value) for item in found for value in _alarms(item))
    sos = sos or any(_is_sos(value) for one in said for value in _alarms(one.fields))

    fixes = [fix(one, speed_in_mps=speed_in_mps) for one in latest(said, unread)]
    return Report(
        device=device,
        places=tuple(place for place, _ in fixes if place),
        sos=sos,
        battery_pct=next((level for _, level in reversed(fixes) if level is not None), None),
        unread=tuple(unread),
    )


def _is_json(body: bytes) -> bool:
    """What it looks like decides: apps made with curl say form and send JSON, others say JSON and send a form."""
    return body.lstrip(b"\xef\xbb\xbf\0 \t\r\n")[:1] in (b"{", b"[")


def _form(body: bytes, content_type: str, unread: Unread) -> list[tuple[str, str]]:
    if not body.strip() or _is_json(body):
        return []
    kind = content_type.lower()
    pairs = [] if "multipart" in kind else parse_qsl(body.decode("utf-8", "replace"))
    if not pairs:
        unread["body: not JSON" if "json" in kind else "body: not a form"] = None
    return pairs


def _pairs(query: Mapping[str, str] | Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of the query; blank ones are none, or they would hide the form's."""
    pairs = query.items() if isinstance(query, Mapping) else query
    return [(name, value) for name, value in pairs if value and not value.isspace()]


def _device(flat: Said, found: list[dict[str, object]]) -> tuple[str, list[dict[str, object]]]:
    """The device, and the objects that are its own.

    An id in the query or form is the one she was given; the app's own, beside it in JSON, is whatever it made up.
    """
    device = flat.text(*_IDS)
    if device is not None:
        return device, found
    own = []
    for item in found:
        named = None if item.keys().isdisjoint(_IDS) else Said(item, flat.unread).text(*_IDS)
        device = device or named
        if named in (None, device):
            own.append(item)
        else:
            flat.doubt("id", "more than one device")
    if device is None:
        flat.doubt("id", "missing")
    return device or "", own


def _split(item: dict[str, object], unread: Unread) -> list[Said]:
    """The locations of one JSON object: it is one itself, it holds one, or a list of them."""
    location = item.get("location")
    if isinstance(location, dict):
        return [Said(location, unread)]
    if isinstance(location, list):
        if any(not isinstance(one, dict) for one in location):
            unread["location: something that is no object"] = None
        return [Said(one, unread) for one in location if isinstance(one, dict)]
    return [Said(item, unread)]


def _alarms(fields: Mapping[str, object]) -> list[object]:
    extras = fields.get("extras")
    return [fields.get("alarm"), extras.get("alarm") if isinstance(extras, dict) else None]


def _is_sos(value: object) -> bool:
    """An alarm may be several, with commas between them."""
    return isinstance(value, str) and any(one.strip().lower() == "sos" for one in value.split(","))
