"""The guard says which figures moved, and is silent about what only the machine moves."""

from __future__ import annotations

from datetime import date

import pytest

from bench import table


def made(name: str, value: float, ok: bool = True, reach: float = 0.4) -> table.Figure:
    return {"figure": name, "value": value, "reference": 1.0, "reach": reach, "ok": ok}


def before(*figures: table.Figure) -> dict[str, table.Figure]:
    return {each["figure"]: each for each in figures}


def test_a_figure_that_moved_is_said_with_both_values():
    assert table.moved([made("speed.x_ratio", 0.30)], before(made("speed.x_ratio", 0.20))) == [
        "speed.x_ratio moved by +0.1: 0.2 -> 0.3"
    ]


def test_noise_is_not_said():
    assert table.moved([made("speed.x_ratio", 0.22)], before(made("speed.x_ratio", 0.20))) == []


def test_losing_and_regaining_the_reach_is_always_said():
    short, good = made("speed.x_ratio", 0.41, ok=False), made("speed.x_ratio", 0.39)
    assert "no longer reached" in table.moved([short], before(good))[0]
    assert "reached again" in table.moved([good], before(short))[0]


@pytest.mark.parametrize(
    "name",
    [
        "speed.second_start_s",
        "search.p95_ms_at_50000",
        "search.memory_mb",
        "console.list_p95_ms.sqlite",
        "database.erase_seconds_postgresql",
        "education.import_rows_per_s_at_6764",
        "aftercare.rehearsal_s_10000_orders",
    ],
)
def test_what_the_machine_decides_is_not_compared(name):
    assert table.moved([made(name, 30.0, ok=False)], before(made(name, 10.0))) == []


def test_a_new_figure_has_nothing_to_be_compared_with():
    assert table.moved([made("speed.new_ratio", 9.0)], {}) == []


@pytest.mark.parametrize("line", ["", "speed: fast", "[1]", '{"figure": "x"}', "7"])
def test_other_lines_are_no_figures(line):
    assert table.read(line) is None


def test_a_row_has_value_spread_reach_and_what_it_was():
    now = {**made("speed.x_ratio", 0.3), "spread": [0.28, 0.33]}
    assert table.rows([now], before(made("speed.x_ratio", 0.35)))[-1] == (
        "| speed.x_ratio | 0.3 | 0.28 - 0.33 | 0.4 | ok | 0.35 |"
    )


def test_a_figure_without_a_reach_is_shown_and_not_judged():
    assert table.rows([{**made("search.rows", 1200.0), "reach": None}], {})[-1] == "| search.rows | 1200 |  |  |  |  |"


def test_areas_not_measured_now_stay_in_the_table(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "KEPT", tmp_path / "table.json")
    table.keep([made("a.one", 1.0), made("b.two", 2.0)], date(2026, 11, 22))
    table.keep([made("b.two", 3.0)], date(2026, 11, 23))
    assert {name: each["value"] for name, each in table.kept().items()} == {"a.one": 1.0, "b.two": 3.0}
