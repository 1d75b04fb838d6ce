"""The numbers of judgement that a profile or a leg may choose; the defaults are *standard*, on foot."""

import msgspec


class Limits(msgspec.Struct, frozen=True, array_like=True):
    """Metres, seconds, m/s and counts of fixes, grouped as the rows of the timing table."""

    # row 4, off_route: astray > max(off_route_m, accuracy_factor × accuracy)
    off_route_m: float = 40.0
    accuracy_factor: float = 2.0
    off_route_fixes: int = 3
    off_route_s: float = 30.0
    back_m: float = 25.0
    back_fixes: int = 2
    # decision 0007, what a second beyond the limit is worth: all of it when the accuracy is weak_m or better; else, or
    # where nobody walked, at the least weak_share. A leap is leap_m farther than she walks; who is slower than still_mps
    # stands, and is doubted if she stood or leapt when it began, but not after doubt_s of silence
    weak_m: float = 15.0
    weak_share: float = 1 / 3
    still_mps: float = 0.5
    leap_m: float = 20.0
    doubt_s: float = 90.0
    # row 4a, away: farther than the least so far + max(away_m, away_share of the distance at the leg's start)
    away_m: float = 1000.0
    away_share: float = 0.25
    away_fixes: int = 3
    away_s: float = 120.0
    # row 4b, vehicle
    vehicle_mps: float = 6.0
    vehicle_fixes: int = 3
    vehicle_s: float = 30.0
    vehicle_m: float = 200.0
    # row 5, stalled
    stall_m: float = 25.0
    stall_s: float = 300.0
    # row 17, arrival: either dwell, slower than arrival_mps
    arrival_mps: float = 3.0
    arrival_fixes: int = 2
    arrival_s: float = 20.0
    arrival_accuracy_m: float = 50.0
    arrival_rough_fixes: int = 4
    arrival_rough_s: float = 60.0
    arrival_rough_accuracy_m: float = 100.0
    # boarding and leaving (decision 0023). board_m: how far from the leg's end a ride may begin that was meant; none
    # is inferred at 0. board_mps: faster than anybody runs (on a cycle: than anybody rides one), since she was slowly
    # within board_from_m of that end.
    # left: so many fixes over so long, slower than left_mps, within left_m of the ride's end or next_m of the way
    # after it. reached: so many inside the leg's end over so long
    board_m: float = 150.0
    board_from_m: float = 50.0
    board_mps: float = 5.0
    left_m: float = 150.0
    left_mps: float = 3.0
    left_fixes: int = 3
    left_s: float = 60.0
    next_m: float = 40.0
    reached_fixes: int = 2
    reached_s: float = 20.0
    # row 23, a haven by itself: in at haven_m with an accuracy of haven_accuracy_m, out beyond haven_out_m + accuracy
    haven_m: float = 30.0
    haven_accuracy_m: float = 30.0
    haven_out_m: float = 60.0


STANDARD_FOOT = Limits()
STANDARD_CYCLE = Limits(vehicle_mps=14.0, board_mps=14.0)
STANDARD_RIDE = Limits(stall_m=100.0, stall_s=600.0)
