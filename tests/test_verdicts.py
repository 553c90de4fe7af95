"""A verdict quotes only what really speaks of the need; when the page does not say, neither do we."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench import verdicts as bench
from lifecycle.advice import extents, verdicts
from lifecycle.advice.shelf import Item
from lifecycle.advice.verdicts import MET, NOT_MET, NOT_STATED, Scales
from lifecycle.needs import Limit, Needs


def page(*facts: tuple[str, str], title: str = "Thing", bullets: tuple[str, ...] = (), colour: str = "") -> Item:
    return Item("p", title, "", "", (), colour, "", None, "USD", "in_stock", None, None, "", "", bullets, "", facts)


def verdict(needs: Needs, item: Item) -> tuple[str, str]:
    found = verdicts.judge(item, needs, Scales.of([item], needs))[0]
    return found.verdict, found.value


def test_of_the_pairs_nobody_tuned_on_hardly_any_is_wrongly_met() -> None:
    pairs = [pair for pair in bench.read() if pair.held_out]
    assert len(pairs) >= 200
    missed = [(name, value) for name, value, _, good in bench.figures(pairs) if not good]
    assert not missed


COUNTER = Needs(text="espresso machine takes up counter", limits=(Limit("cm", None, 20.0, "less than 20cm"),))
CABINET = Needs(text="grinder fits cabinet", limits=(Limit("cm", None, 40.0, "under a 40 cm"),))


def test_the_portafilter_is_not_the_width() -> None:
    machine = page(("portafilter_mm", "54 mm"), ("dimensions_cm", "28 x 44 x 38 cm"))
    assert verdict(COUNTER, machine) == (NOT_MET, "28 x 44 x 38 cm")
    assert verdict(COUNTER, page(("portafilter_mm", "54 mm"))) == (NOT_STATED, "")


def test_under_a_cabinet_is_about_the_height() -> None:
    assert verdict(CABINET, page(("dimensions_cm", "45 x 20 x 34 cm"))) == (MET, "45 x 20 x 34 cm")
    assert verdict(CABINET, page(bullets=("47 cm tall: measure your cabinets",))) == (NOT_MET, "47 cm tall")


def test_a_side_nobody_named_is_only_clear_when_all_of_them_are() -> None:
    bare = Needs(limits=(Limit("cm", None, 40.0, "less than 40 cm"),))
    assert verdict(bare, page(("dimensions_cm", "20 x 30 x 35 cm")))[0] == MET
    assert verdict(bare, page(("dimensions_cm", "20 x 30 x 60 cm"))) == (NOT_STATED, "")
    assert verdict(bare, page(("dimensions_cm", "50 x 60 x 70 cm")))[0] == NOT_MET


def test_litres_are_the_tank_only_when_the_tank_is_asked_for() -> None:
    machine = page(("milk_jug_l", "0.4 L"), ("water_tank_l", "2.1 L"))
    tank = Needs(text="espresso machine tank", limits=(Limit("L", 2.0, None, "at least 2 L"),))
    assert verdict(tank, machine) == (MET, "2.1 L")
    assert verdict(replace(tank, text="kettle"), page(("boil_time", "4 min for 1 L"))) == (NOT_STATED, "")


@pytest.mark.parametrize(
    "term, statement",
    [
        ("takes", "The silicone pad takes a hot server"),
        ("yours", "47 cm tall: measure your cabinets"),
        ("mattress", "Fits any mattress"),
        ("leather", "Looks like leather, wipes like plastic"),
        ("cats", "Out of reach of cats"),
    ],
)
def test_mentioning_is_not_stating(term: str, statement: str) -> None:
    assert verdict(Needs(wanted=(term,)), page(bullets=(statement,))) == (NOT_STATED, "")


def test_half_of_a_fact_name_is_no_statement() -> None:
    machine = page(("heat_up_s", "40 s"), ("water_resistant", "IPX4"))
    assert verdict(Needs(wanted=("up",)), machine) == (NOT_STATED, "")
    assert verdict(Needs(wanted=("water",)), machine) == (NOT_STATED, "")
    assert verdict(Needs(wanted=("timer",)), page(("timer", "24 h"))) == (MET, "24 h")


def test_what_plugs_in_is_electric() -> None:
    assert verdict(Needs(wanted=("electric",)), page(("power_w", "2200 W"))) == (MET, "2200 W")
    assert verdict(Needs(wanted=("electric",)), page(("type", "stovetop"))) == (NOT_STATED, "")


def test_one_known_number_is_neither_praised_nor_blamed() -> None:
    lone = page(("noise_db", "80 dB"))
    assert verdict(Needs(prefer=("quiet",)), lone)[0] == verdicts.NEARLY


def test_the_noisiest_of_many_equals_is_not_quiet() -> None:
    loud = [page(("noise_db", "80 dB")) for _ in range(9)]
    needs = Needs(prefer=("quiet",))
    scales = Scales.of([page(("noise_db", "40 dB")), *loud], needs)
    assert verdicts.judge(loud[0], needs, scales)[0].verdict != MET


def test_a_part_of_the_product_is_not_the_product() -> None:
    limit = Limit("cm", None, 55.0, "under 55 cm")
    assert extents.read(page(("seat_height", "44 cm")), limit, "chair tall") is None
    found = extents.read(page(("seat_height", "44 cm")), limit, "chair seat tall")
    assert found is not None and found.high == 44.0
