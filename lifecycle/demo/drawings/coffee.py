"""Grinders and espresso machines."""

from __future__ import annotations

from lifecycle.demo.drawings.ink import (
    CHARCOAL,
    COFFEE,
    CREAM,
    GLASS,
    STEEL,
    STEEL_DARK,
    WOOD,
    WOOD_DARK,
    Ink,
    body,
    circle,
    line,
    rect,
    shape,
    tapered,
    turned,
)

LIGHT = "#f7f3ea"


def grinder(ink: Ink) -> str:
    hopper = shape("M215 120H385L360 210H240Z", GLASS, 0.6)
    beans = shape("M226 160H374L360 210H240Z", COFFEE, 0.85)
    return (
        hopper
        + beans
        + rect(208, 104, 184, 20, ink.trim, 10)
        + body(220, 206, 160, 150, ink.base, 20)
        + circle(300, 280, 40, ink.dark)
        + circle(300, 280, 28, ink.light)
        + line("M300 280L316 262", ink.trim, 6)
        + rect(272, 352, 56, 22, ink.trim, 6)
        + body(214, 356, 50, 130, ink.dark, 8)
        + tapered(318, 392, 92, 80, 92, STEEL)
        + body(196, 478, 208, 24, ink.dark, 12)
    )


def single_dose_grinder(ink: Ink) -> str:
    return (
        shape("M256 150H344L328 190H272Z", STEEL)
        + rect(250, 140, 100, 14, ink.trim, 7)
        + turned(
            -9,
            300,
            380,
            body(232, 184, 136, 176, ink.base, 40),
            circle(296, 268, 36, ink.dark),
            circle(296, 268, 25, ink.light),
        )
        + line("M292 268L306 248", ink.trim, 6)
        + line("M318 356L306 396", ink.trim, 24)
        + line("M356 356Q384 430 356 480", ink.dark, 28)
        + tapered(290, 412, 88, 76, 70, STEEL)
        + body(206, 478, 196, 24, ink.dark, 12)
    )


def hand_grinder(ink: Ink) -> str:
    return (
        line("M300 150L420 132", STEEL_DARK, 14)
        + rect(404, 88, 34, 52, WOOD, 16)
        + circle(300, 150, 16, STEEL_DARK)
        + rect(254, 160, 92, 24, STEEL, 10)
        + body(248, 180, 104, 178, ink.base, 16)
        + rect(244, 296, 112, 14, ink.dark, 7)
        + rect(256, 354, 88, 12, STEEL_DARK)
        + body(250, 362, 100, 138, STEEL, 18)
    )


def blade_grinder(ink: Ink) -> str:
    dome = "M236 300V220Q236 150 300 150Q364 150 364 220V300Z"
    return (
        shape(dome, GLASS, 0.6)
        + shape("M240 262H360V300H240Z", COFFEE, 0.85)
        + rect(280, 136, 40, 20, ink.trim, 8)
        + rect(224, 296, 152, 18, STEEL, 8)
        + body(228, 312, 144, 188, ink.base, 28)
        + circle(300, 380, 22, ink.dark)
    )


def espresso_machine(ink: Ink) -> str:
    return (
        rect(196, 112, 208, 26, STEEL, 10)
        + body(170, 132, 260, 136, ink.base, 22)
        + circle(230, 192, 26, CREAM)
        + line("M230 192L242 178", "#b5473c", 5)
        + circle(300, 192, 13, ink.trim)
        + circle(344, 192, 13, ink.trim)
        + body(344, 250, 86, 214, ink.dark, 10)
        + rect(232, 266, 96, 26, STEEL_DARK, 8)
        + rect(222, 288, 116, 20, STEEL, 8)
        + rect(118, 290, 112, 18, ink.trim if ink.trim == CHARCOAL else WOOD_DARK, 9)
        + rect(270, 306, 20, 20, STEEL_DARK, 4)
        + line("M404 240Q446 262 440 372", STEEL, 10)
        + tapered(280, 388, 86, 60, 62, CREAM)
        + line("M322 402Q346 404 340 424Q334 436 314 432", CREAM, 8)
        + rect(168, 450, 262, 20, STEEL_DARK, 6)
        + body(158, 464, 284, 36, ink.dark, 10)
    )


def machine_with_grinder(ink: Ink) -> str:
    return (
        shape("M330 64H426L408 124H348Z", GLASS, 0.6)
        + shape("M335 84H420L408 124H348Z", COFFEE, 0.85)
        + (rect(322, 54, 112, 16, ink.trim, 8) + espresso_machine(ink))
    )


def bean_to_cup(ink: Ink) -> str:
    return (
        shape("M220 112H380L370 150H230Z", GLASS, 0.6)
        + shape("M226 128H374L368 150H232Z", COFFEE, 0.85)
        + body(184, 144, 232, 322, ink.base, 24)
        + rect(214, 172, 172, 64, CHARCOAL, 10)
        + circle(250, 204, 10, "#9fd3c7")
        + circle(286, 204, 10, "#f0c987")
        + circle(322, 204, 10, "#f3ead9")
        + rect(214, 262, 172, 176, ink.deep, 12)
        + rect(266, 262, 68, 56, STEEL, 8)
        + tapered(300, 366, 84, 62, 62, CREAM)
        + rect(206, 426, 188, 14, STEEL_DARK, 6)
        + body(170, 458, 260, 42, ink.dark, 14)
    )


def lever_machine(ink: Ink) -> str:
    return (
        line("M262 190L236 84", STEEL_DARK, 14)
        + rect(216, 52, 34, 64, WOOD_DARK, 17)
        + body(300, 140, 118, 240, ink.base, 46)
        + rect(312, 122, 94, 24, STEEL, 12)
        + body(236, 178, 60, 110, STEEL, 14)
        + rect(222, 284, 88, 18, STEEL_DARK, 8)
        + rect(130, 286, 98, 16, WOOD_DARK, 8)
        + rect(290, 210, 22, 44, STEEL_DARK)
        + line("M414 200Q446 220 442 330", STEEL, 9)
        + tapered(264, 392, 80, 58, 58, CREAM)
        + rect(322, 376, 74, 84, ink.dark)
        + body(176, 452, 250, 48, ink.dark, 16)
    )


def hand_press(ink: Ink) -> str:
    return (
        line("M300 196L170 132", ink.base, 24)
        + line("M300 196L430 132", ink.base, 24)
        + circle(168, 130, 20, STEEL)
        + circle(432, 130, 20, STEEL)
        + body(262, 172, 76, 150, ink.base, 18)
        + circle(300, 246, 24, CREAM)
        + line("M300 246L310 232", "#b5473c", 4)
        + rect(246, 318, 108, 24, STEEL, 8)
        + line("M262 330L206 490", ink.dark, 18)
        + line("M338 330L394 490", ink.dark, 18)
        + tapered(300, 420, 84, 60, 66, CREAM)
        + rect(190, 484, 220, 18, ink.dark, 9)
    )


DRAWINGS = {
    "grinder": grinder,
    "single dose grinder": single_dose_grinder,
    "hand grinder": hand_grinder,
    "machine with grinder": machine_with_grinder,
    "blade grinder": blade_grinder,
    "espresso machine": espresso_machine,
    "bean to cup": bean_to_cup,
    "lever machine": lever_machine,
    "hand press": hand_press,
}
