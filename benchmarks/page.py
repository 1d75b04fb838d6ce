"""docs/benchmarks.md, from the figures of a run."""

from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"


def table(report: dict[str, Any]) -> str:
    """One report as a Markdown table."""
    lines = [
        f"### {report['name']}",
        "",
        f"{report['machine']}; {report['rounds']} {report.get('how', 'alternating rounds, medians')}.",
        "",
        "| id | what | measured | floor | ratio | target | met |",
        "|---|---|---|---|---|---|---|",
    ]
    for r in report["results"]:
        ratio = "" if r["ratio"] is None else f"{r['ratio']:.2f}"
        floor = "" if r["floor"] is None else figure(r["floor"])
        target = "" if r["target"] is None else f"{r['target']:g}"
        met = {True: "yes", False: "no", None: ""}[r["met"]]
        measured = "not measured" if r["measured"] is None else f"{figure(r['measured'])} {r['unit']}"
        lines.append(f"| {r['id']} | {r['what']} | {measured} | {floor} | {ratio} | {target} | {met} |")
    return "\n".join(lines) + "\n" + "".join(picture(worst) for worst in report.get("worst", ()))


def figure(value: float) -> str:
    """One place after the point; of less than one, two figures: a hundredth of a false alarm is not none."""
    return f"{value:,.1f}" if value == 0 or abs(value) >= 0.95 else f"{value:.2g}"


def picture(worst: dict[str, Any]) -> str:
    """A worst walk under its table."""
    return f"\n![{worst['id']}: {worst['words']}](pictures/{worst['picture']})\n"


def write(reports: list[dict[str, Any]]) -> None:
    """Replaces the figures between the markers; the words around them stay."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    figures = "\n".join(table(r) for r in reports)
    PAGE.write_text(f"{before}{BEGIN}\n\n{figures}\n{END}{after}", encoding="utf-8")
