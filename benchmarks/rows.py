"""The lines of a report."""

from typing import Any

Row = dict[str, Any]


def row(
    name: str,
    what: str,
    measured: float,
    unit: str = "",
    floor: float | None = None,
    ratio: float | None = None,
    target: float | None = None,
    met: bool | None = None,
) -> Row:
    """A figure; `met` where it has a target."""
    return {"id": name, "what": what, "measured": measured, "unit": unit, "floor": floor, "ratio": ratio, "target": target, "met": met}  # fmt: skip


def not_measured(name: str, why: str, target: float | None = None) -> Row:
    """What there was nothing to measure with: shown as that, and never as met."""
    return {"id": name, "what": why, "measured": None, "unit": "", "floor": None, "ratio": None, "target": target, "met": None}  # fmt: skip
