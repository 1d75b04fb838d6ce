"""The rungs of a ladder as data: what happens, and how long after it was raised (journey.md rows 11-14, 22)."""

from enum import StrEnum

import msgspec

MINUTE_S = 60.0


class Alarm(StrEnum):
    """Why a ladder was raised; decides its rungs and whom it reaches."""

    CONCERN = "concern"
    OVERDUE = "overdue"
    SOS = "sos"
    DURESS = "duress"


class Act(StrEnum):
    """What a rung does when it comes due."""

    TEXT_FIRST_TIER = "text_first_tier"
    CALL_PRIMARY = "call_primary"
    TEXT_SECOND_TIER = "text_second_tier"
    CALL_EVERYBODY = "call_everybody"
    OPERATORS = "operators"
    ALARM_EVERYBODY = "alarm_everybody"
    ROUND = "round"


class Rung(msgspec.Struct, frozen=True, array_like=True):
    """One step: `at` is the instant, `name` the rung's part of every idempotency key."""

    at: float
    name: str
    act: Act


class LadderTimings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Every number a ladder needs; rows of journey.md in brackets."""

    second_sender: bool = False  # [11] whether this deployment has a second number to send from
    second_way_s: float = 60.0  # [11] handed over and not delivered: second sender or channel
    call_instead_s: float = 120.0  # [11] then a call to that contact
    last_call_s: float = 3 * MINUTE_S  # [11] a call with no other way after it has rung twice by then
    primary_call_s: float = 3 * MINUTE_S  # [12]
    second_tier_s: float = 5 * MINUTE_S  # [12]
    unacked_s: float = 8 * MINUTE_S  # [12] L3
    operators_s: float = 12 * MINUTE_S  # [12] L4
    round_s: float = 10 * MINUTE_S  # [12]
    short_rounds: int = 6  # [12]
    long_round_s: float = 30 * MINUTE_S  # [12]
    lease_s: float = 10 * MINUTE_S  # [13]
    lease_without_code_s: float = 5 * MINUTE_S  # [13] answered without the two digits
    news_s: float = 3 * MINUTE_S  # [13] time to answer "any news?"
    leases_without_news: int = 2  # [13]
    sos_again_s: tuple[float, ...] = (60.0, 120.0, 180.0, 300.0, 600.0)  # [14]
    with_her_s: float = 30 * MINUTE_S  # "she is with me": no more calls
    police_told_s: float = 60 * MINUTE_S  # "police told": no more calls
    cold_s: float = 24 * 60 * MINUTE_S  # [22]
    cold_text_s: float = 24 * 60 * MINUTE_S  # [22] one text a day
    alert_valid_s: float = 5 * MINUTE_S  # [24]
    stand_still_s: float = 60.0  # review H28: later rungs wait for the first hand-over


def name_of(alarm: Alarm, nth: int = 1) -> str:
    """How the rungs of a ladder are called: L1, L2, SOS, DURESS; the second of its kind in one incident is SOS#2."""
    name = {Alarm.CONCERN: "L1", Alarm.OVERDUE: "L2"}.get(alarm, alarm.value.upper())
    return name if nth == 1 else f"{name}#{nth}"


def rungs_of(alarm: Alarm, began_at: float, t: LadderTimings, name: str) -> tuple[Rung, ...]:
    """The rungs of a fresh ladder, in order. Only the first round is listed: `after` makes the next one."""
    match alarm:
        case Alarm.CONCERN:
            return (
                Rung(began_at, name, Act.TEXT_FIRST_TIER),
                Rung(began_at + t.cold_s, f"{name}.R1", Act.ROUND),
            )
        case Alarm.OVERDUE:
            return (
                Rung(began_at, name, Act.TEXT_FIRST_TIER),
                Rung(began_at + t.primary_call_s, f"{name}+3", Act.CALL_PRIMARY),
                Rung(began_at + t.second_tier_s, f"{name}+5", Act.TEXT_SECOND_TIER),
                Rung(began_at + t.unacked_s, "L3", Act.CALL_EVERYBODY),
                Rung(began_at + t.operators_s, "L4", Act.OPERATORS),
                Rung(began_at + t.unacked_s + t.round_s, "R1", Act.ROUND),
            )
        case Alarm.SOS | Alarm.DURESS:
            again = (Rung(began_at + s, f"{name}+{s / MINUTE_S:.0f}", Act.ALARM_EVERYBODY) for s in t.sos_again_s)
            return (
                Rung(began_at, name, Act.ALARM_EVERYBODY),
                Rung(began_at, "L4", Act.OPERATORS),
                *again,
                Rung(began_at + t.sos_again_s[-1] + t.round_s, f"{name}.R1", Act.ROUND),
            )


def after(rung: Rung, now: float, t: LadderTimings) -> Rung:
    """The round after `rung`: every 10 min six times, then every 30 (row 12)."""
    ladder, _, nth = rung.name.rpartition("R")
    n = int(nth) + 1
    return Rung(now + (t.round_s if n <= t.short_rounds else t.long_round_s), f"{ladder}R{n}", Act.ROUND)
