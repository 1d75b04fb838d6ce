"""Which rows carry a target, and what they say."""

from typing import Any

from benchmarks.field import KINDS
from benchmarks.held import Held
from benchmarks.quality import CROSSING, GENERATED, Found, results


def rows(found: Found) -> dict[str, dict[str, Any]]:
    """Rows by their id."""
    return {row["id"]: row for row in results(found)}


def walked() -> Found:
    """One walk with every receiver on every kind of way."""
    found = Found()
    for receiver in ("sigma 10", "sigma 20", "good", "town", "canyon", "bad"):
        for profile in ("relaxed", "standard", "high_risk"):
            for kind in KINDS:
                one = Held(km=2.0, hours=0.5, walks=1, fixes=100, false_off=1, wrong=1, backs=1, naive_fixes=100)
                found.cells[receiver, 10.0, profile, kind] = one
    found.cells["town", 60.0, "standard", "plain"] = Held(km=1.0, hours=0.5, walks=1)
    return found


def test_a_target_stands_at_the_sigma_it_was_set_for() -> None:
    """`town`, `canyon` and `bad` are told without one; `good` has less than the target's sigma and is told, too."""
    found = rows(walked())
    with_target = {id_ for id_, row in found.items() if id_[:2] in ("J1", "J2") and row["target"] is not None}

    assert with_target == {"J1 sigma 10", "J2 sigma 20"}
    assert found["J1 sigma 10"]["met"] is False


def test_the_bar_of_wrong_fixes_is_for_plain_and_out_and_back() -> None:
    """As P4 has it; that of monotone progress for ways that meet themselves."""
    found = rows(walked())
    barred = {id_ for id_, row in found.items() if id_.startswith("J8") and row["target"] is not None}

    assert barred == {f"J8 {kind} {receiver}" for kind in GENERATED for receiver in ("sigma 10", "town")}
    assert (found["J9 sigma 10"]["measured"], found["J9 sigma 10"]["target"]) == (len(CROSSING), 0.0)
    assert found["J9 town"]["target"] is None


def test_the_95th_of_twenty_is_the_nineteenth() -> None:
    """One in twenty may be later; the floor stands beside it."""
    found = walked()
    found.delays["J4", "sigma 10"].noticed = [float(n) for n in range(1, 21)]
    found.delays["J4", "sigma 10"].floor = [1.0] * 20
    found.delays["J4", "town"].noticed = [float("inf")] * 20
    found.delays["J5 standard", "good"].noticed = [61.0]
    late = rows(found)

    assert (late["J4 sigma 10"]["measured"], late["J4 sigma 10"]["floor"]) == (19.0, 1.0)
    assert (late["J4 town"]["measured"], late["J4 town"]["target"]) == (9999.0, None)
    assert "never 20" in late["J4 town"]["what"]
    assert (late["J5 standard good"]["target"], late["J5 standard good"]["met"]) == (60.0, False)


def test_real_walks_are_counted_once_however_often_they_were_lived() -> None:
    """Four walks in three profiles are four walks."""
    found = walked()
    found.real["recorded"] = {"walks": 4.0, "lived": 12.0, "hours": 14.0, "asked": 15.0} | dict.fromkeys(
        ("false", "told", "early"), 0.0
    )
    found.real["recorded"] |= {"arrived": 12.0, "closed": 12.0}
    row = rows(found)["J11 arrived recorded"]

    assert "4 real walks in three profiles" in row["what"]
    assert (row["measured"], row["target"], row["met"]) == (100.0, 99.0, True)
