"""The numbers of the timing table, as they stand in the law."""

from geofence.limits import STANDARD_CYCLE, STANDARD_FOOT, STANDARD_RIDE


def test_row_4_to_5_and_17_on_foot() -> None:
    """Standard, on foot: 40 m for 30 s, back at 25 m; 6 m/s over 200 m; 25 m in 5 min; 50 m for 20 s."""
    law = STANDARD_FOOT
    assert (law.off_route_m, law.accuracy_factor, law.off_route_fixes, law.off_route_s) == (40.0, 2.0, 3, 30.0)
    assert (law.back_m, law.back_fixes) == (25.0, 2)
    assert (law.away_m, law.away_share, law.away_fixes, law.away_s) == (1000.0, 0.25, 3, 120.0)
    assert (law.vehicle_mps, law.vehicle_fixes, law.vehicle_s, law.vehicle_m) == (6.0, 3, 30.0, 200.0)
    assert (law.stall_m, law.stall_s) == (25.0, 300.0)
    assert (law.arrival_fixes, law.arrival_s, law.arrival_accuracy_m, law.arrival_mps) == (2, 20.0, 50.0, 3.0)
    assert (law.arrival_rough_fixes, law.arrival_rough_s, law.arrival_rough_accuracy_m) == (4, 60.0, 100.0)


def test_other_modes_differ_where_the_law_says() -> None:
    """A cycle becomes a vehicle at 14 m/s; a ride has stalled after 100 m in 10 min."""
    assert (STANDARD_CYCLE.vehicle_mps, STANDARD_CYCLE.board_mps) == (14.0, 14.0)
    assert (STANDARD_RIDE.stall_m, STANDARD_RIDE.stall_s) == (100.0, 600.0)


def test_row_23_and_boarding() -> None:
    """A haven at 30 m with 30 m of accuracy; decision 0023's 150 m, three fixes in 60 s below 3 m/s, two in 20 s."""
    law = STANDARD_FOOT
    assert (law.haven_m, law.haven_accuracy_m, law.haven_out_m) == (30.0, 30.0, 60.0)
    assert (law.board_m, law.left_m, law.left_mps, law.left_fixes, law.left_s) == (150.0, 150.0, 3.0, 3, 60.0)
    assert (law.board_from_m, law.board_mps) == (50.0, 5.0)
    assert (law.next_m, law.reached_fixes, law.reached_s) == (40.0, 2, 20.0)
