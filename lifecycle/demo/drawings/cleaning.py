"""Vacuums, fans and what cleans or warms the air."""

from __future__ import annotations

from lifecycle.demo.drawings.ink import (
    CHARCOAL,
    GLASS,
    STEEL,
    STEEL_DARK,
    Ink,
    body,
    circle,
    ellipse,
    line,
    rect,
    shape,
    tapered,
    turned,
)


def stick_vacuum(ink: Ink) -> str:
    return (
        line("M318 250L262 452", STEEL, 20)
        + turned(16, 340, 180, body(300, 108, 92, 158, ink.base, 30), rect(316, 226, 60, 60, GLASS, 16, 0.6))
        + line("M392 128Q452 140 430 206Q418 240 380 236", ink.dark, 20)
        + circle(352, 168, 22, ink.trim)
        + body(158, 446, 190, 54, ink.base, 22)
        + rect(166, 486, 174, 14, ink.trim, 7)
    )


def canister_vacuum(ink: Ink) -> str:
    return (
        line("M250 390Q180 200 330 170Q440 150 468 260", CHARCOAL, 18)
        + line("M468 260L524 470", STEEL, 16)
        + rect(476, 474, 96, 26, CHARCOAL, 12)
        + shape("M84 430Q84 336 190 332H300Q386 336 392 440V462H84Z", ink.base)
        + shape("M286 332H300Q386 336 392 440V462H316Q330 380 286 332Z", "#000000", 0.1)
        + rect(190, 350, 92, 26, ink.dark, 13)
        + circle(142, 456, 44, CHARCOAL)
        + circle(142, 456, 22, STEEL)
        + circle(360, 476, 24, CHARCOAL)
    )


def upright_vacuum(ink: Ink) -> str:
    return (
        line("M326 220L378 92", STEEL, 16)
        + line("M360 134L392 62", CHARCOAL, 22)
        + turned(14, 300, 360, body(240, 200, 116, 240, ink.base, 34), rect(264, 230, 68, 118, GLASS, 20, 0.6))
        + shape("M164 440Q174 416 206 416H348Q380 416 390 440L408 500H146Z", ink.dark)
        + rect(146, 480, 262, 20, CHARCOAL, 10)
    )


def robot(ink: Ink) -> str:
    return (
        rect(112, 414, 376, 62, ink.dark, 30)
        + ellipse(300, 400, 192, 96, ink.base)
        + ellipse(300, 392, 168, 80, ink.light)
        + ellipse(300, 368, 54, 24, ink.dark)
        + ellipse(300, 360, 54, 24, ink.trim)
        + circle(300, 430, 9, "#7cc5a9")
        + line("M126 470L92 496M132 476L112 502", ink.trim, 6)
    )


def robot_station(ink: Ink) -> str:
    return (
        body(186, 130, 228, 310, ink.base, 30)
        + rect(206, 336, 188, 110, ink.deep, 20)
        + rect(222, 164, 156, 12, ink.light, 6)
        + (
            rect(158, 440, 284, 46, ink.dark, 22)
            + ellipse(300, 438, 142, 46, ink.light)
            + ellipse(300, 426, 42, 16, ink.trim)
            + rect(186, 484, 228, 16, ink.trim, 8)
        )
    )


def handheld(ink: Ink) -> str:
    vacuum = (
        body(230, 250, 220, 116, ink.base, 46)
        + shape("M236 256L110 300V336L236 362Z", GLASS, 0.65)
        + rect(92, 292, 26, 52, CHARCOAL, 6)
        + line("M300 256Q330 176 420 200Q462 214 448 270", ink.dark, 24)
        + circle(392, 312, 22, ink.trim)
    )
    return turned(-16, 300, 340, vacuum)


def wet_dry(ink: Ink) -> str:
    return (
        line("M372 232Q506 200 490 330Q480 420 520 490", CHARCOAL, 22)
        + shape("M170 300H410L396 470H184Z", STEEL)
        + shape("M334 300H410L396 470H330Z", STEEL_DARK, 0.6)
        + shape("M168 300Q168 176 290 176Q412 176 412 300Z", ink.base)
        + shape("M340 186Q412 214 412 300H356Q364 240 340 186Z", "#000000", 0.1)
        + rect(240, 146, 100, 22, CHARCOAL, 11)
        + rect(156, 292, 268, 22, CHARCOAL, 11)
        + circle(206, 480, 20, CHARCOAL)
        + circle(374, 480, 20, CHARCOAL)
    )


def fan(ink: Ink) -> str:
    return _fan_head(ink, 220, 140) + rect(291, 350, 18, 128, ink.dark) + body(204, 474, 192, 26, ink.dark, 13)


def desk_fan(ink: Ink) -> str:
    return _fan_head(ink, 284, 158) + rect(286, 436, 28, 40, ink.dark) + body(210, 468, 180, 32, ink.dark, 16)


def _fan_head(ink: Ink, y: float, radius: float) -> str:
    tip = f"{300 + radius * 0.4} {y - radius * 0.78}"
    blade = f"M300 {y}Q{300 - radius * 0.1} {y - radius * 0.7} {tip}Q{300 + radius * 0.5} {y - radius * 0.2} 300 {y}Z"
    blades = "".join(turned(angle, 300, y, shape(blade, ink.dark)) for angle in (0, 120, 240))
    wires = "".join(
        line(f"M300 {y}V{y - radius + 8}", "#ffffff", 2, 0.6).replace(
            "<path", f'<path transform="rotate({angle} 300 {y})"'
        )
        for angle in range(0, 360, 20)
    )
    return (
        circle(300, y, radius, ink.base)
        + circle(300, y, radius - 14, ink.light)
        + blades
        + wires
        + circle(300, y, 24, ink.base)
    )


def purifier(ink: Ink) -> str:
    slots = "".join(line(f"M{x} 296V440", ink.dark, 7) for x in range(232, 372, 19))
    return (
        body(196, 150, 208, 350, ink.base, 44)
        + ellipse(300, 160, 84, 22, ink.deep)
        + ellipse(300, 158, 62, 14, ink.dark)
        + slots
        + (circle(300, 236, 28, ink.trim) + circle(300, 236, 21, "#8fd0b3") + circle(300, 236, 15, ink.base))
    )


def humidifier(ink: Ink) -> str:
    mist = (
        ellipse(300, 150, 44, 26, "#ffffff", 0.7)
        + ellipse(340, 112, 34, 22, "#ffffff", 0.5)
        + ellipse(272, 96, 26, 17, "#ffffff", 0.4)
    )
    tank = "M196 300Q196 200 300 200Q404 200 404 300V460Q404 500 364 500H236Q196 500 196 460Z"
    return (
        mist
        + shape(tank, ink.base)
        + shape("M346 206Q404 226 404 300V460Q404 500 364 500H340Z", "#000000", 0.09)
        + rect(276, 184, 48, 24, ink.trim, 10)
        + (
            shape("M196 330H404V384H196Z", GLASS, 0.4)
            + circle(300, 440, 20, ink.dark)
            + line("M230 310V440", "#ffffff", 8, 0.45)
        )
    )


def heater(ink: Ink) -> str:
    fins = "".join(body(118 + 50 * index, 216, 44, 244, ink.base, 20) for index in range(6))
    return (
        rect(110, 254, 384, 14, ink.dark)
        + rect(110, 410, 384, 14, ink.dark)
        + fins
        + body(418, 216, 72, 244, ink.dark, 20)
        + (
            circle(454, 276, 18, ink.trim)
            + circle(454, 330, 18, ink.trim)
            + line("M150 462V480M450 462V480", STEEL, 12)
            + circle(150, 486, 14, CHARCOAL)
            + circle(450, 486, 14, CHARCOAL)
            + tapered(300, 206, 120, 120, 10, ink.dark)
        )
    )


DRAWINGS = {
    "stick vacuum": stick_vacuum,
    "canister": canister_vacuum,
    "upright": upright_vacuum,
    "robot": robot,
    "robot station": robot_station,
    "handheld": handheld,
    "wet and dry": wet_dry,
    "fan": fan,
    "desk fan": desk_fan,
    "air purifier": purifier,
    "humidifier": humidifier,
    "heater": heater,
}
