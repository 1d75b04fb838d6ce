"""`python -m benchmarks NAME [--json] [--rounds N] [--seconds S]`; `all` runs every one and rewrites docs/benchmarks.md."""

import argparse
import json
import sys

from . import geofence, ingest, judgement, page, pins, planner, scale, sos, storm

BENCHMARKS = {
    "ingest": ingest.run,
    "scale": scale.run,
    "geofence": geofence.run,
    "judgement": judgement.run,
    "pins": pins.run,
    "storm": storm.run,
    "sos": sos.run,
    "planner": planner.run,
}
WHAT = "\n".join(
    f"  {name:10} {' '.join((sys.modules[run.__module__].__doc__ or '').split('.')[0].split())}"
    for name, run in BENCHMARKS.items()
)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=f"{__doc__}\n\n{WHAT}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", choices=[*BENCHMARKS, "all"])
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end, progress on stderr")
    parser.add_argument("--rounds", type=int, default=5, help="alternating rounds of floor and run (default 5)")
    parser.add_argument("--seconds", type=float, default=8.0, help="measured seconds of one run (default 8)")
    asked = parser.parse_args()
    names = list(BENCHMARKS) if asked.name == "all" else [asked.name]
    reports = [BENCHMARKS[name](asked.rounds, asked.seconds) for name in names]
    if asked.name == "all":
        page.write(reports)
    for report in reports:
        print(json.dumps(report) if asked.json else page.table(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
