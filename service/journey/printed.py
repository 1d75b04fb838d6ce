"""The machines and every number as pages for `docs/`. `python -m service.journey.printed` writes them; a test fails
when they are stale."""

from dataclasses import fields
from pathlib import Path

from alerts.rungs import LadderTimings

from . import tables
from .profiles import HIGH_RISK, RELAXED, STANDARD

ROWS: dict[str, str] = {
    "1": "cadence_moving_s cadence_still_s cadence_alarm_s cadence_low_battery_s low_battery_pct still_mps",
    "2": "stale_at_least_s stale_cadences lost_at_least_s lost_cadences",
    "3": "lost_concern_s lost_on_foot_only lost_operators_s dark_patience",
    "4": "off_route_m off_route_accuracies off_route_fixes off_route_s back_on_route_m back_on_route_fixes",
    "4a": "away_at_least_m away_share away_fixes away_s",
    "4b": "vehicle_mps vehicle_cycle_mps vehicle_fixes vehicle_s vehicle_m board_m left_m left_mps left_fixes left_s",
    "5": "stalled_m stalled_ride_m stalled_s stalled_ride_s",
    "6": "prompt_sms_s prompt_call_s prompt_call_again_s ring_again_s ring_within_s prompt_gone_s",
    "6a": "vehicle_concern_s off_route_concern_s stalled_concern_s",
    "6b": "answer_needs_pin",
    "7": "quiet_s quiet_oks quiet_oks_s quiet_until_moved_m",
    "8": "margin_at_least_s margin_share nudge_at_least_s nudge_share nudge_at_most_s",
    "9": "due_sms_share due_call_shares picked_up_holds_s",
    "10": "grace_share grace_at_least_s grace_at_most_s",
    "10a": "slide_share slide_at_most_s slide_fix_age_s",
    "13": "lease_s",
    "14": "sos_window_s sos_pin_soon_s",
    "15": "tail_s",
    "16": "wrong_pins wrong_pins_s wrong_pin_waits_s",
    "17": "arrival_settles_s arrival_accuracy_m doorstep_grace_s",
    "18": "free_extension_at_most_s free_extension_at_least_s extensions_told new_eta_at_least_s",
    "19": "longest_s link_dies_s link_dies_after_incident_s reopens_s",
    "20": "battery_warns_pct battery_offers_pct",
    "21": "late_s settle_s settle_prompt_s",
    "23": "pause_at_most_s haven_asks_s",
    "24": "prompt_valid_s late_delivery_s",
}
LADDER_ROWS: dict[str, str] = {
    "11": "second_way_s call_instead_s last_call_s",
    "12": "primary_call_s second_tier_s unacked_s operators_s round_s short_rounds long_round_s stand_still_s",
    "13": "lease_without_code_s news_s leases_without_news with_her_s police_told_s",
    "14": "sos_again_s",
    "22": "cold_s cold_text_s",
    "24": "alert_valid_s",
}
UNITS = {"_mps": "m/s", "_pct": "%", "_m": "m"}
NOTE = "<!-- written by `python -m service.journey.printed`; do not edit -->"


def pages() -> dict[str, str]:
    """File names under `docs/` and what they must hold."""
    return {
        "machines.md": f"# The four machines\n\n{NOTE}\n\nWhat a table does not list is illegal, raises, and changes "
        f"nothing. `due` and `overdue` of a journey, `expected` of a link, a lease and `cold` of an incident are "
        f"marks, not states.\n\n{tables.printed()}",
        "timings.md": f"# Every number\n\n{NOTE}\n\nRows as in [rows.md](rows.md). The numbers of a ladder are the "
        f"same in all profiles, except the lease.\n\n{_profiles()}\n\n## Ladders\n\n{_ladders()}\n",
    }


def _profiles() -> str:
    lines = ["| row | number | relaxed | standard | high-risk |", "|---|---|---|---|---|"]
    for row, names in ROWS.items():
        for name in names.split():
            cells = (shown(name, getattr(profile, name)) for profile in (RELAXED, STANDARD, HIGH_RISK))
            lines.append(f"| {row} | {label(name)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _ladders() -> str:
    lines = ["| row | number | all profiles |", "|---|---|---|"]
    for row, names in LADDER_ROWS.items():
        lines += [f"| {row} | {label(n)} | {shown(n, getattr(LadderTimings(), n))} |" for n in names.split()]
    return "\n".join(lines)


def shown(name: str, value: object) -> str:
    """A number with its unit, as a person reads it."""
    if value is None:
        return "never"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(shown(name, part) for part in value)
    if not isinstance(value, int | float):
        return str(value)
    if "_share" in name:
        return f"{value * 100:g} %"
    if name.endswith("_s"):
        return _time(value)
    unit = next((unit for ending, unit in UNITS.items() if name.endswith(ending)), "")
    return f"{value:g} {unit}".rstrip()


def _time(seconds: float) -> str:
    if seconds >= 3600 and seconds % 3600 == 0:
        return f"{seconds / 3600:g} h"
    return f"{seconds / 60:g} min" if seconds >= 120 and seconds % 60 == 0 else f"{seconds:g} s"


def label(name: str) -> str:
    """A number's name as people read it, without its unit."""
    stem = next((name.removesuffix(e) for e in ("_mps", "_pct", "_s", "_m") if name.endswith(e)), name)
    return stem.replace("_", " ")


def unlisted() -> set[str]:
    """Numbers that no row names."""
    listed = {name for names in (*ROWS.values(), *LADDER_ROWS.values()) for name in names.split()}
    numbers = {f.name for f in fields(STANDARD)} | set(LadderTimings.__struct_fields__)
    return numbers - listed - {"name", "second_sender"}


if __name__ == "__main__":
    for page, text in pages().items():
        (Path(__file__).resolve().parents[2] / "docs" / page).write_text(text, encoding="utf-8")
