"""Where the processor time of a turn goes: layer by layer, of web and of Rasa, sampled by py-spy.

    python -m bench.layers [--turns 1500] [--say hello] [--project DIR] [--picture FILE --before FILE] [--keep FILE]

New shoppers say one thing each, one after another.  A process's time per turn is what /proc says it used; a layer's is
its share of the samples in which the process ran.  A sample belongs to the innermost layer on its stack.  `--project`
measures another copy of the project, such as an older one; `--keep` writes the table as JSON, and `--picture` draws it
beside one kept before.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from bench import stack as stacks
from bench.stack import PROJECT, Stack, processes
from bench.wire import Visitor, Wire

LIMITLESS = {"MESSAGE_RATE_PER_MINUTE": "0", "ADDRESS_RATE_PER_MINUTE": "0"}
WARM_UP = 50
SAMPLES_A_SECOND = 250
# process: (layer, what a frame of it looks like: `function (file:line)`), tried for each frame from the innermost one
LAYERS: dict[str, list[tuple[str, str]]] = {
    "rasa": [
        ("save", r"^(save|_save|_record|save_tracker) \(.*(tracker_store|processor)\.py"),
        ("retrieve", r"^(retrieve|_retrieve|look|_look|create_tracker|get_or_create_tracker) \(.*tracker_store\.py"),
        ("action", r"\(.*(lifecycle/engine/actions|rasa/core/actions/action|rasa/core/nlg/)"),
        ("policies", r"\(.*rasa/core/policies/|^(predict_next|_predict_next).* \(.*processor\.py"),
        ("NLU", r"^(heard|parse_message|_part) \("),
        ("lock", r"\(.*lock_store\.py"),
        ("processor and tracker", r"\(.*rasa/core/processor|\(.*rasa/shared/core"),
        ("channel", r"\(.*lifecycle/engine/channel"),
        ("server and loop", r"\(.*(sanic|uvloop|asyncio)"),
    ],
    "actions": [  # a process of its own when ACTIONS_URL is set
        ("action", r"\(.*(/actions/|/lifecycle/)"),
        ("server and loop", r"\(.*(sanic|uvloop|asyncio|rasa_sdk)"),
    ],
    "web": [
        ("look and identity", r"^(_look|admit|reading) \(.*lifecycle|\(.*lifecycle/web/identity"),
        ("client of Rasa", r"\(.*(lifecycle/web/rasa|aiohttp/)"),
        ("logs and meters", r"\(.*(lifecycle/logs|lifecycle/web/metrics|logging/__init__)"),
        ("guard and limits", r"\(.*(lifecycle/web/guard|limits/)"),
        ("framework", r"\(.*(fastapi|starlette|pydantic)/"),
        ("server and loop", r"\(.*(uvicorn|uvloop|asyncio)"),
    ],
}
IDLE = "concurrent/futures/thread.py:81)"  # a thread waiting for work, which py-spy takes for a running one
Table = dict[str, dict[str, float]]  # process -> layer -> processor milliseconds of a turn


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--turns", type=int, default=1500)
    options.add_argument("--say", default="hello")
    options.add_argument("--project", type=Path, default=PROJECT)
    options.add_argument("--keep", type=Path)
    options.add_argument("--before", type=Path)
    options.add_argument("--picture", type=Path)
    given = options.parse_args()
    stacks.PROJECT = given.project.resolve()
    with tempfile.TemporaryDirectory() as folder:
        store = Stack(Path(folder) / "home", **LIMITLESS)
        store.start()
        try:
            table = measured(store, given.turns, given.say, Path(folder))
        finally:
            store.stop()
    print("\n".join(rows(table)))
    if given.keep:
        given.keep.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    if given.picture:
        from bench.pictures import layers_picture

        layers_picture(json.loads(given.before.read_text(encoding="utf-8")), table, given.picture)
    return 0


def measured(store: Stack, turns: int, text: str, folder: Path) -> Table:
    """Processor time of a turn by layer: half of the turns without the sampler for the time, half with it."""
    wire = Wire(store.url)
    visitors = [Visitor(wire) for _ in range(turns + WARM_UP)]
    for visitor in visitors[:WARM_UP]:
        visitor.say(text)
    half = WARM_UP + turns // 2
    pids = {name: found[0] for name, found in processes(store).items() if name in LAYERS}
    before = {name: spent_ms(pid) for name, pid in pids.items()}
    for visitor in visitors[WARM_UP:half]:
        visitor.say(text)
    each = {name: (spent_ms(pid) - before[name]) / (turns // 2) for name, pid in pids.items()}
    spies = {name: spy(pid, folder / name) for name, pid in pids.items()}
    for visitor in visitors[half:]:
        visitor.say(text)
    for sampler in spies.values():
        sampler.send_signal(2)
    for sampler in spies.values():
        sampler.wait(60)
    return {name: shares(name, folder / name, ms) for name, ms in each.items()}


def spy(pid: int, out: Path) -> subprocess.Popen[bytes]:
    command = ["py-spy", "record", "--full-filenames", "--format", "raw", "--rate", str(SAMPLES_A_SECOND)]
    program = [str(Path(sys.executable).parent / command[0]), *command[1:], "--duration", "unlimited"]
    quiet = subprocess.DEVNULL
    return subprocess.Popen([*program, "--output", str(out), "--pid", str(pid)], stdout=quiet, stderr=quiet)


def shares(process: str, raw: Path, ms: float) -> dict[str, float]:
    """A process's milliseconds by layer, from the stacks of py-spy: `outer;…;inner count` a line."""
    counts: Counter[str] = Counter()
    for line in raw.read_text(encoding="utf-8").splitlines():
        frames, _, number = line.rpartition(" ")
        if frames.endswith(IDLE):
            continue
        counts[layer(process, frames.split(";"))] += int(number)
    total = sum(counts.values()) or 1
    names = [name for name, _ in LAYERS[process]] + ["other"]
    return {name: round(ms * counts[name] / total, 2) for name in names}


def layer(process: str, frames: list[str]) -> str:
    """The layer of the innermost frame that belongs to one."""
    for frame in reversed(frames):
        for name, pattern in LAYERS[process]:
            if re.search(pattern, frame):
                return name
    return "other"


def spent_ms(pid: int) -> float:
    """Processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return 1000.0 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rows(table: Table) -> list[str]:
    """The table in Markdown."""
    lines = ["| process | layer | ms of a turn |", "|---|---|---|"]
    for process, parts in table.items():
        lines.append(f"| {process} | all | {sum(parts.values()):.1f} |")
        lines += [f"| | {name} | {ms:.2f} |" for name, ms in sorted(parts.items(), key=lambda part: -part[1]) if ms]
    return lines


if __name__ == "__main__":
    sys.exit(main())
