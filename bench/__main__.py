"""`make bench [AREA=…]`: run the measurements of an area; each prints JSON lines, and the run fails when one is short.

The table of what was measured follows, with what moved since the committed one (bench/table.json); `--keep` makes this
run's figures the ones to compare with.  Figures that need data which is not ours take its folder from `DATA=DIR` (or
BENCH_DATA); without it they are left out, and the run says so.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

from bench import table

PROJECT = Path(__file__).resolve().parent.parent
# area: (module, needs data, further arguments)
AREAS: dict[str, list[tuple[str, str | None, list[str]]]] = {
    "education": [
        ("bench.understanding", "", []),
        ("bench.needs", "", []),
        ("bench.needs_sentences", "", []),
        ("bench.recommend", "", []),
        ("bench.answers", None, []),
        ("bench.articles", None, []),
        ("bench.verdicts", None, []),
        ("bench.search", "esci", []),
        ("bench.swap", "", []),
    ],
    "aftercare": [
        ("bench.scores", "", []),
        ("bench.sentiment", None, []),
        ("bench.funnel", None, []),
        ("bench.order_events", None, []),
        ("bench.scanners", None, []),
        ("bench.dispatch", None, []),
    ],
    "website": [("bench.fuzz", None, []), ("bench.widgets", None, []), ("bench.screens", None, [])],
    "console": [("bench.console", None, []), ("bench.desk", None, [])],
    "database": [
        ("bench.real_input", "", []),
        ("bench.database", None, []),
        ("bench.machines", None, []),
    ],
    "speed": [("bench.speed", None, [])],
}
FAULTS: dict[str, list[str]] = {
    "aftercare": ["tests/faults/test_outbox_faults.py", "tests/faults/test_order_faults.py"],
    "database": ["tests/faults/test_full_disk.py", "tests/test_programme.py", "tests/test_clock_jumps.py"],
}  # paths for pytest
FAULT_RUNS: dict[str, list[str]] = {
    "aftercare": ["bench.dispatch --faults"],
    "website": ["bench.kills"],
    "database": ["bench.drill"],
}


def main() -> int:
    arguments = [argument for argument in sys.argv[1:] if argument not in ("--faults", "--keep")]
    area = arguments[0] if arguments else "all"
    if area != "all" and area not in AREAS:
        print(f"There is no area {area!r}; choose one of {', '.join(AREAS)}.", file=sys.stderr)
        return 2
    chosen = list(AREAS) if area == "all" else [area]
    return faults(chosen) if "--faults" in sys.argv else figures(chosen)


def figures(areas: list[str]) -> int:
    data = os.environ.get("BENCH_DATA") or os.environ.get("DATA")
    short = 0
    measured: list[table.Figure] = []
    for module, folder, further in [run for area in areas for run in AREAS[area]]:
        command = [sys.executable, "-m", module, *further]
        if folder is not None:
            if not data:
                print(f"{module} is left out: it measures on data given by DATA=DIR.", file=sys.stderr)
                continue
            command += ["--data", str(Path(data) / folder)]
        quiet = {**os.environ, "PYTHONWARNINGS": "ignore"}  # coloured warnings of Rasa's would stand before a figure
        with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True, env=quiet) as running:
            assert running.stdout is not None
            for line in running.stdout:
                print(line, end="", flush=True)
                measured += filter(None, [table.read(line)])
        short |= running.returncode
    before = table.kept()
    said = [f"\nOn {table.machine()}:\n", *table.rows(measured, before), "", *table.moved(measured, before)]
    print("\n".join(said), file=sys.stderr)
    if "--keep" in sys.argv:
        table.keep(measured, date.today())
    return 1 if short else 0


def faults(areas: list[str]) -> int:
    paths = [path for area in areas for path in FAULTS.get(area, [])]
    modules = [module for area in areas for module in FAULT_RUNS.get(area, [])]
    if not paths and not modules:
        print("There are no long fault runs in this area yet.", file=sys.stderr)
        return 0
    failed = 0
    if paths:
        env = {**os.environ, "FAULTS": "long"}
        failed |= subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *paths], cwd=PROJECT, env=env, check=False
        ).returncode
    for module in modules:
        failed |= subprocess.run([sys.executable, "-m", *module.split()], cwd=PROJECT, check=False).returncode
    return failed


if __name__ == "__main__":
    sys.exit(main())
