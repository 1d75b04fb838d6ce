"""What an export holds, put into words: from the data that machines read to the page that she reads. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from service.people.herself import HIDDEN
from service.people.trackers import APPS
from service.web.export import ExportPage, Facts, Part, Told

ACCOUNT = {
    "name": "Name",
    "short_name": "Name in texts",
    "number": "Number",
    "created_at": "Account made",
    "asked_by": "You are asked by",
    "reachable_by_sms": "You take texts",
    "contacts_read_each_others_names": "Contacts read each other's names",
    "has_pins": "You have PINs",
    "new_pins_from": "New PINs may be set from",
    "id": "Number of the account",
}
CARD = {
    "full_name": "Full name",
    "description": "Description",
    "address": "Address",
    "medical": "Medical",
    "police_reference": "Police reference",
    "danger": "Who may be a danger",
    "word": "Call-back word",
}
CONTACT = {
    "number": "Number",
    "state": "State",
    "tier": "Told in turn",
    "primary": "Rung first",
    "on_sos_list": "On your SOS list",
    "sees_her_place": "May be shown where you are",
    "channels": "Told by",
    "hours": "Hours in which told first",
    "language": "Language",
    "reachable_by_sms": "Takes texts",
    "email": "E-mail",
    "email_proved_at": "Said that the address is theirs",
    "invited_at": "Invited",
    "confirmed_at": "Said YES",
    "asked_again_at": "Asked again",
    "tested_at": "Last test that arrived",
}
JOURNEY = {
    "reference": "Reference",
    "kind": "Kind",
    "destination": "Going",
    "mode": "By",
    "profile": "Profile",
    "began_at": "Set off",
    "eta_at": "Due",
    "state": "State",
    "closed_at": "Closed",
    "closed_because": "Because",
    "others_were_told": "Others were told",
    "battery_pct": "Battery at the last word (%)",
}
WRITTEN = {True: "written, not shown", False: "not written"}


def page_of(data: Mapping[str, Any], now: float, zone: str) -> ExportPage:
    """The page for `data` as `exporting` makes it."""
    clock = _Clock(zone)
    account = data["account"]
    return ExportPage(
        name=account["name"],
        made=clock.both(now),
        zone=zone,
        account=_facts(ACCOUNT, account, clock),
        card=tuple(
            (label, WRITTEN[data["card"][name]] if name in HIDDEN else data["card"][name] or "–")
            for name, label in CARD.items()
        ),
        contacts=tuple(Part(name=c["name"], facts=_facts(CONTACT, c, clock)) for c in data["contacts"]),
        devices=tuple(Part(name=d["name"], facts=_device(d, clock)) for d in account["devices"]),
        trackers=tuple(Part(name=t["name"], facts=_tracker(t, clock)) for t in account["linked_trackers"]),
        asked=tuple(_looks(data["asked_after"], clock)),
        changes=tuple((clock.both(one["at"]), one["what"]) for one in data["changes"]),
        journeys=tuple(_journey(one, clock) for one in data["journeys"]),
    )


class _Clock:
    """Instants as she reads them."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)

    def local(self, at: float) -> str:
        here = datetime.fromtimestamp(at, UTC).astimezone(self._zone)
        return f"{here:%a} {here.day} {here:%b %Y %H:%M:%S}"

    def utc(self, at: float) -> str:
        return f"{datetime.fromtimestamp(at, UTC):%H:%M:%S} UTC"

    def both(self, at: float) -> str:
        return f"{self.local(at)} ({self.utc(at)})"


def _facts(labels: Mapping[str, str], values: Mapping[str, Any], clock: _Clock) -> Facts:
    return tuple((label, _worded(name, values[name], clock)) for name, label in labels.items())


def _worded(name: str, value: Any, clock: _Clock) -> str:
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.endswith(("_at", "_from")):
        return clock.both(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value).replace("_", " ")


def _device(device: Mapping[str, Any], clock: _Clock) -> Facts:
    return _instants(device, clock, "Speaks for you since")


def _tracker(tracker: Mapping[str, Any], clock: _Clock) -> Facts:
    app = APPS.get(tracker["app"], tracker["app"])
    every = f"every {tracker['heartbeat_s']:.0f} s"
    return (("App", app), ("Speaks when still", every), *_instants(tracker, clock, "Reports where you are since"))


def _instants(one: Mapping[str, Any], clock: _Clock, since: str) -> Facts:
    instants = ((since, "since"), ("Last there", "last_seen_at"), ("Removed", "removed_at"))
    return tuple((label, clock.both(one[name])) for label, name in instants if one[name] is not None)


def _journey(one: Mapping[str, Any], clock: _Clock) -> Part:
    return Part(
        name=f"{clock.local(one['began_at'])}: {one['destination'] or one['kind']}",
        facts=_facts(JOURNEY, {**one, "mode": [leg["mode"] for leg in one["legs"]] or one["mode"]}, clock),
        story=tuple(_told(one["story"], clock)),
        looks=tuple(_looks(one["looks"], clock)),
        track=one["track"] or "",
    )


def _told(story: Iterable[Mapping[str, Any]], clock: _Clock) -> Iterable[Told]:
    for line in story:
        row = line["row"]
        why = f"{f'row {row}' if row[:1].isdigit() else row}: {line['rule']}" if row else ""
        message = line["message"]
        if message is not None:
            states = [f"{state['state']} +{state['after_s']:.1f} s" for state in message["states"]]
            states += [f"dropped: {message['dropped']}"] if message["dropped"] is not None else []
            why = ", ".join(states)
        yield Told(local=clock.local(line["at"]), utc=clock.utc(line["at"]), words=line["words"], why=why)


def _looks(looks: Iterable[Mapping[str, Any]], clock: _Clock) -> Iterable[str]:
    for look in looks:
        who = look["by"] if look["contact"] else f"operator {look['by']}"
        what = "asked whether you were on a journey" if look["what"] == "safe?" else f"at your {look['what']}"
        why = f", because: {look['why']}" if look["why"] else ""
        often = f", {look['times']} times" if look["times"] > 1 else ""
        until = f" to {clock.utc(look['until'])}" if look["until"] > look["since"] else ""
        yield f"{who}, {what}, {clock.both(look['since'])}{until}{often}{why}"
