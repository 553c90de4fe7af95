"""The table of all figures, and what moved since the committed one (bench/table.json).

Only what does not depend on the machine is compared: ratios, shares and counts, not seconds, milliseconds or megabytes.
"""

from __future__ import annotations

import json
import os
import platform
import re
from datetime import date
from pathlib import Path
from typing import Any

KEPT = Path(__file__).parent / "table.json"
MOVED = 0.15  # of the value before; less is noise
# by the unit in the name, which a size or a database may follow: `search_p95_ms_at_50000`, `list_p95_ms.sqlite`
_OF_THE_MACHINE = re.compile(r"_(s|ms|mb|per_second|seconds)(_(at_)?\d+(_\w+)?|[_.](sqlite|postgresql)|_per_\w+)?$")

Figure = dict[str, Any]


def machine() -> str:
    """What the figures were measured on, without its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}, load {load:.1f}"


def read(line: str) -> Figure | None:
    """The figure a line of output holds, None for any other line."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and {"figure", "value", "reach", "ok"} <= found.keys() else None


def rows(figures: list[Figure], before: dict[str, Figure]) -> list[str]:
    """The table in Markdown: value, the middle half of the pairs, what to reach (if anything), and the value before."""
    lines = ["| figure | value | pairs' middle half | reach | | before |", "|---|---|---|---|---|---|"]
    for each in figures:
        spread = " - ".join(f"{value:g}" for value in each.get("spread", ()))
        known = before.get(each["figure"])
        reach = "" if each["reach"] is None else f"{each['reach']:g}"
        kept = ("ok" if each["ok"] else "short") if reach else ""
        was = "" if known is None else f"{known['value']:g}"
        lines.append(f"| {each['figure']} | {each['value']:g} | {spread} | {reach} | {kept} | {was} |")
    return lines


def moved(figures: list[Figure], before: dict[str, Figure]) -> list[str]:
    """One sentence for each figure that is no longer reached, is again, or moved by more than a seventh."""
    said = []
    for each in figures:
        name, known = each["figure"], before.get(each["figure"])
        if known is None or _OF_THE_MACHINE.search(name):
            continue
        change = each["value"] - known["value"]
        if known["ok"] != each["ok"]:
            word = "is reached again" if each["ok"] else "is no longer reached"
            said.append(f"{name} {word}: {known['value']:g} -> {each['value']:g} (reach {each['reach']:g})")
        elif abs(change) > MOVED * max(abs(known["value"]), 1e-9):
            said.append(f"{name} moved by {change:+.3g}: {known['value']:g} -> {each['value']:g}")
    return said


def kept() -> dict[str, Figure]:
    """The committed figures by name."""
    if not KEPT.exists():
        return {}
    return {each["figure"]: each for each in json.loads(KEPT.read_text(encoding="utf-8"))["figures"]}


def keep(figures: list[Figure], today: date) -> None:
    """Make these the figures to compare with; those of areas not measured now stay."""
    merged = {**kept(), **{each["figure"]: each for each in figures}}
    table = {"date": today.isoformat(), "machine": machine(), "figures": [merged[name] for name in sorted(merged)]}
    KEPT.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
