"""Every number of the timing table, once, with its unit; the row of journey.md in brackets."""

from dataclasses import dataclass, replace

MINUTE_S = 60.0
HOUR_S = 3600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """One column of the timing table. Durations in seconds, distances in metres; None means never."""

    name: str = "standard"
    # [1] cadence asked of the phone
    cadence_moving_s: float = 10.0
    cadence_still_s: float = 60.0
    cadence_alarm_s: float = 5.0
    cadence_low_battery_s: float = 60.0
    low_battery_pct: int = 10
    still_mps: float = 0.3  # slower than this is standing still
    # [2] link, since the last frame; c is the cadence last asked of the phone
    stale_at_least_s: float = 60.0
    stale_cadences: float = 3.0
    lost_at_least_s: float = 180.0
    lost_cadences: float = 5.0
    # [3] lost and not expected
    lost_concern_s: float | None = 15 * MINUTE_S
    lost_on_foot_only: bool = True
    lost_operators_s: float = 10 * MINUTE_S
    dark_patience: float = 1.5  # a stretch without signal may take so much longer than at her own pace
    # [4] off route (foot, cycle)
    off_route_m: float = 40.0
    off_route_accuracies: float = 2.0
    off_route_fixes: int = 3
    off_route_s: float = 30.0
    back_on_route_m: float = 25.0
    back_on_route_fixes: int = 2
    # [4a] away (ride legs; no route)
    away_at_least_m: float = 1000.0
    away_share: float = 0.25
    away_fixes: int = 3
    away_s: float = 2 * MINUTE_S
    # [4b] vehicle (foot leg)
    vehicle_mps: float = 6.0
    vehicle_cycle_mps: float = 14.0
    vehicle_fixes: int = 3
    vehicle_s: float = 30.0
    vehicle_m: float = 200.0
    # [4b] legs: a ride that begins so near the leg's end was meant; she has left it this slowly, this near its end
    board_m: float | None = 150.0
    left_m: float = 150.0
    left_mps: float = 3.0
    left_fixes: int = 3
    left_s: float = 60.0
    # [5] stalled
    stalled_m: float = 25.0
    stalled_ride_m: float = 100.0
    stalled_s: float = 5 * MINUTE_S
    stalled_ride_s: float = 10 * MINUTE_S
    # [6] prompt to her: push at 0, then
    prompt_sms_s: float = 60.0
    prompt_call_s: float = 120.0
    prompt_call_again_s: float = 90.0  # rung twice within 3 min, which most do-not-disturb settings let through
    ring_again_s: float = 75.0  # so is every call in which no key was pressed, this long after it ended
    ring_within_s: float = 170.0  # and at most this long after it began
    # [6a] unanswered: contacts hear a concern
    vehicle_concern_s: float | None = 3 * MINUTE_S
    off_route_concern_s: float | None = 5 * MINUTE_S
    stalled_concern_s: float | None = 10 * MINUTE_S
    # [6b] proof for an answer below `concern`
    answer_needs_pin: bool = False
    # [6] a prompt whose cause has been gone this long is withdrawn
    prompt_gone_s: float = 60.0
    # [7] quiet
    quiet_s: float = 10 * MINUTE_S
    quiet_oks: int = 3
    quiet_oks_s: float = 30 * MINUTE_S
    quiet_until_moved_m: float = 200.0
    # [8] ETA = plan + margin; nudge before it
    margin_at_least_s: float = 3 * MINUTE_S
    margin_share: float = 0.15
    nudge_at_least_s: float = 2 * MINUTE_S
    nudge_share: float = 0.10
    nudge_at_most_s: float = 10 * MINUTE_S
    # [9] due: push at 0, then shares of the grace
    due_sms_share: float = 0.25
    due_call_shares: tuple[float, ...] = (0.50, 0.75)
    picked_up_holds_s: float = 60.0
    # [10] grace, share of the plan as armed, clamped
    grace_share: float = 0.20
    grace_at_least_s: float = 5 * MINUTE_S
    grace_at_most_s: float = 30 * MINUTE_S
    # [10a] slide, once
    slide_share: float = 0.50
    slide_at_most_s: float = 20 * MINUTE_S
    slide_fix_age_s: float = 30.0
    # [13] an acknowledgement's lease
    lease_s: float = 10 * MINUTE_S
    # [14] SOS
    sos_window_s: float = 5.0
    sos_pin_soon_s: float = 60.0
    # [15] the app streams on after every PIN close
    tail_s: float = 15 * MINUTE_S
    # [16] wrong PINs
    wrong_pins: int = 3
    wrong_pins_s: float = 10 * MINUTE_S
    wrong_pin_waits_s: tuple[float, ...] = (0.0, 0.0, 10.0, 30.0, 60.0)
    # [17] arrival closes on the first fresh fix still inside this much later
    arrival_settles_s: float = 3 * MINUTE_S
    arrival_accuracy_m: float = 100.0
    doorstep_grace_s: float = 5 * MINUTE_S
    # [18] the ETA moves this far without a PIN: min(60, max(15, plan)) min in all
    free_extension_at_most_s: float = HOUR_S
    free_extension_at_least_s: float = 15 * MINUTE_S
    extensions_told: int = 3
    new_eta_at_least_s: float = 10 * MINUTE_S
    # [19] caps
    longest_s: float = 12 * HOUR_S
    link_dies_s: float = HOUR_S
    link_dies_after_incident_s: float = 24 * HOUR_S
    reopens_s: float = HOUR_S
    # [20] battery
    battery_warns_pct: int = 20
    battery_offers_pct: int = 15  # under this at the start: she may have her primary told now
    # [21] our service was down over a deadline
    late_s: float = 60.0
    settle_s: float = 90.0
    settle_prompt_s: float = 120.0
    # [23] pause; at a haven, or on the way to one, "staying?" this often
    pause_at_most_s: float = 15 * MINUTE_S
    haven_asks_s: float = 15 * MINUTE_S
    # [24] validity and late deliveries
    prompt_valid_s: float = 2 * MINUTE_S
    late_delivery_s: float = 5 * MINUTE_S

    def margin_s(self, plan_s: float) -> float:
        """[8] what is added to the plan at her pace to make the ETA."""
        return max(self.margin_at_least_s, self.margin_share * plan_s)

    def nudge_s(self, plan_s: float) -> float:
        """[8] how long before the ETA she is asked."""
        return min(self.nudge_at_most_s, max(self.nudge_at_least_s, self.nudge_share * plan_s))

    def grace_s(self, plan_s: float) -> float:
        """[10] from `due` to `overdue`."""
        return min(self.grace_at_most_s, max(self.grace_at_least_s, self.grace_share * plan_s))

    def free_extension_s(self, plan_s: float) -> float:
        """[18] how far the ETA moves in all without a PIN."""
        return min(self.free_extension_at_most_s, max(self.free_extension_at_least_s, plan_s))

    def stale_s(self, cadence_s: float) -> float:
        """[2]"""
        return max(self.stale_at_least_s, self.stale_cadences * cadence_s)

    def lost_s(self, cadence_s: float) -> float:
        """[2]"""
        return max(self.lost_at_least_s, self.lost_cadences * cadence_s)

    def fresh_s(self, cadence_s: float) -> float:
        """The corrected age up to which a fix is fresh (protocol.md): max(30 s, 1.5 cadences). No phone of ours is asked
        for less than when it stands still, and a tracker app that speaks more seldom keeps nothing fresh for longer."""
        return max(30.0, 1.5 * min(cadence_s, self.cadence_still_s))


STANDARD = Profile()
RELAXED = replace(
    STANDARD,
    name="relaxed",
    lost_concern_s=None,
    stalled_s=10 * MINUTE_S,
    stalled_ride_s=15 * MINUTE_S,
    prompt_call_s=180.0,
    vehicle_concern_s=5 * MINUTE_S,
    off_route_concern_s=8 * MINUTE_S,
    stalled_concern_s=None,
    grace_share=0.30,
    grace_at_least_s=10 * MINUTE_S,
    grace_at_most_s=45 * MINUTE_S,
    slide_at_most_s=30 * MINUTE_S,
)
HIGH_RISK = replace(
    STANDARD,
    name="high_risk",
    lost_concern_s=5 * MINUTE_S,
    lost_on_foot_only=False,
    board_m=None,
    stalled_s=3 * MINUTE_S,
    prompt_sms_s=30.0,
    prompt_call_s=60.0,
    vehicle_concern_s=2 * MINUTE_S,
    off_route_concern_s=3 * MINUTE_S,
    stalled_concern_s=3 * MINUTE_S,
    answer_needs_pin=True,
    grace_share=0.0,
    grace_at_least_s=4 * MINUTE_S,
    grace_at_most_s=4 * MINUTE_S,
    slide_share=0.0,
    slide_at_most_s=0.0,
    lease_s=5 * MINUTE_S,
)
PROFILES = {p.name: p for p in (RELAXED, STANDARD, HIGH_RISK)}
