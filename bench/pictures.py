"""The pictures of docs/understanding.md and docs/speed.md; the same data gives the same file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib

from bench.guesses import Tenth

matplotlib.use("svg")
from matplotlib import pyplot as plt

plt.rcParams.update({"svg.hashsalt": "lifecycle", "svg.fonttype": "none", "font.size": 9, "figure.dpi": 72})


def reliability_picture(rows: Sequence[Tenth], error: float, path: Path) -> None:
    """How often a confidence was right, against the diagonal where it would be exactly so."""
    figure, axes = plt.subplots(figsize=(4.6, 4.2))
    axes.plot([0, 1], [0, 1], linestyle="--", color="#888888", linewidth=1, label="confidence = share right")
    axes.plot([row.mean for row in rows], [row.right for row in rows], marker="o", color="#1f5fa8", label="held out")
    most = max(row.count for row in rows)
    axes.bar(
        [row.start + 0.05 for row in rows],
        [0.2 * row.count / most for row in rows],
        width=0.09,
        color="#1f5fa8",
        alpha=0.2,
        label="messages",
    )
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="confidence", ylabel="share right")
    axes.set_title(f"Expected calibration error {error:.3f}")
    axes.legend(loc="upper left", frameon=False)
    _save(figure, path)


def accepted_picture(curve: Sequence[tuple[float, float, float, float]], chosen: float, path: Path) -> None:
    """Per threshold: our own talk right and accepted, against foreign questions accepted."""
    figure, axes = plt.subplots(figsize=(4.6, 4.2))
    kept = [row[1] for row in curve]
    for column, label, colour in ((2, "themes never seen", "#b3541e"), (3, "questions written apart", "#1f5fa8")):
        foreign = [row[column] for row in curve]
        axes.plot(foreign, kept, marker="o", markersize=4, color=colour, label=label)
        for threshold, x, y in zip([row[0] for row in curve], foreign, kept, strict=True):
            if threshold == chosen:
                axes.annotate(
                    f"{threshold:g}",
                    (x, y),
                    textcoords="offset points",
                    xytext=(6, -11),
                    color=colour,
                    fontweight="bold",
                )
                axes.plot([x], [y], marker="o", markersize=9, markerfacecolor="none", color=colour)
    axes.set(xlabel="foreign questions accepted", ylabel="our own talk right and accepted", xlim=(0, None))
    axes.set_title("scope_threshold: what it keeps and what it lets in")
    axes.legend(loc="lower right", frameon=False)
    _save(figure, path)


def layers_picture(
    before: Mapping[str, Mapping[str, float]], now: Mapping[str, Mapping[str, float]], path: Path
) -> None:
    """Processor milliseconds of a turn by process and layer, before and now."""
    places = [
        (process, layer) for process in (*before, *now) for layer in {**before.get(process, {}), **now.get(process, {})}
    ]
    kept = [place for place in dict.fromkeys(places) if max(_ms(before, place), _ms(now, place)) >= 0.1]
    kept.sort(key=lambda place: (place[0], _ms(before, place)))
    figure, axes = plt.subplots(figsize=(6.4, 0.34 * len(kept) + 1.2))
    for table, offset, colour, name in ((before, 0.2, "#b9c7d8", "before"), (now, -0.2, "#1f5fa8", "now")):
        total = sum(sum(layers.values()) for layers in table.values())
        spots = [place + offset for place in range(len(kept))]
        axes.barh(spots, [_ms(table, place) for place in kept], 0.38, color=colour, label=f"{name}: {total:.1f} ms")
    axes.set_yticks(range(len(kept)), [f"{process}: {layer}" for process, layer in kept])
    axes.set(xlabel="processor time of a turn, ms")
    axes.legend(loc="lower right", frameon=False)
    _save(figure, path)


def _ms(table: Mapping[str, Mapping[str, float]], place: tuple[str, str]) -> float:
    return table.get(place[0], {}).get(place[1], 0.0)


def _save(figure: plt.Figure, path: Path) -> None:
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
