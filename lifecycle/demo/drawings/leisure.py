"""Headphones, speakers, backpacks and fitness gear, and the parcel drawn when nothing else fits."""

from __future__ import annotations

from lifecycle.demo.drawings.ink import (
    CHARCOAL,
    CREAM,
    STEEL,
    STEEL_DARK,
    WOOD,
    Ink,
    body,
    circle,
    ellipse,
    line,
    rect,
    shape,
    turned,
)


def headphones(ink: Ink) -> str:
    return (
        line("M164 360Q150 128 300 128Q450 128 436 360", ink.dark, 26)
        + line("M204 200Q240 144 300 144Q360 144 396 200", ink.light, 14)
        + body(184, 312, 52, 148, ink.trim, 26)
        + body(364, 312, 52, 148, ink.trim, 26)
        + body(124, 306, 78, 160, ink.base, 38)
        + body(398, 306, 78, 160, ink.base, 38)
    )


def earbuds(ink: Ink) -> str:
    def bud(x: float, side: int) -> str:
        return (
            line(f"M{x} 190L{x + 10 * side} 280", ink.base, 26)
            + circle(x, 176, 40, ink.base)
            + circle(x - 24 * side, 184, 21, ink.trim)
            + (circle(x - 10, 162, 9, "#ffffff", 0.4))
        )

    return (
        bud(226, 1)
        + bud(374, -1)
        + body(188, 330, 224, 170, ink.base, 66)
        + line("M190 396H410", ink.dark, 5)
        + circle(300, 432, 8, "#8fd0b3")
    )


def hook_earbuds(ink: Ink) -> str:
    def bud(x: float, side: int) -> str:
        hook = f"M{x} 210Q{x - 20 * side} 120 {x + 50 * side} 130Q{x + 104 * side} 150 {x + 76 * side} 270"
        return line(hook, ink.dark, 13) + circle(x, 226, 40, ink.base) + circle(x - 18 * side, 240, 21, CHARCOAL)

    return (
        bud(220, -1)
        + bud(380, 1)
        + body(176, 352, 248, 148, ink.base, 56)
        + line("M178 412H422", ink.dark, 5)
        + circle(300, 450, 8, CREAM)
    )


def bone_headset(ink: Ink) -> str:
    return (
        line("M148 350Q150 190 300 186Q450 190 452 350", ink.base, 22)
        + line("M148 350Q112 300 150 276M452 350Q488 300 450 276", ink.base, 18)
        + body(124, 336, 58, 104, ink.dark, 28)
        + body(418, 336, 58, 104, ink.dark, 28)
        + circle(196, 420, 25, CHARCOAL)
        + circle(404, 420, 25, CHARCOAL)
    )


def round_speaker(ink: Ink) -> str:
    dots = "".join(
        circle(x, y, 5, ink.dark)
        for y in range(236, 420, 24)
        for x in range(180, 430, 24)
        if (x - 300) ** 2 + (y - 330) ** 2 < 118**2
    )
    return (
        circle(300, 342, 158, ink.base)
        + shape("M376 204A158 158 0 0 1 376 480Q440 340 376 204Z", "#000000", 0.1)
        + dots
        + (line("M420 230Q474 188 462 262", CHARCOAL, 11) + line("M278 452H322M300 430V474", "#ffffff", 8, 0.8))
    )


def boombox(ink: Ink) -> str:
    cones = "".join(
        circle(x, 376, 72, ink.deep) + circle(x, 376, 52, STEEL_DARK) + circle(x, 376, 20, CHARCOAL) for x in (208, 392)
    )
    return (
        line("M150 262V188H450V262", ink.dark, 24)
        + body(92, 244, 416, 256, ink.base, 44)
        + cones
        + rect(268, 274, 64, 14, STEEL, 7)
    )


def shelf_speakers(ink: Ink) -> str:
    def one(x: float) -> str:
        return (
            body(x, 170, 158, 330, ink.base, 12)
            + rect(x + 14, 184, 130, 302, CHARCOAL, 8)
            + circle(x + 79, 388, 54, STEEL_DARK)
            + circle(x + 79, 388, 34, "#2c3033")
            + (circle(x + 79, 254, 28, STEEL_DARK) + circle(x + 79, 254, 14, "#2c3033"))
        )

    return one(112) + one(330)


def radio(ink: Ink) -> str:
    cloth = "".join(line(f"M{x} 300V444", ink.dark, 4, 0.6) for x in range(142, 330, 16))
    return (
        line("M420 250L472 112", STEEL, 8)
        + rect(226, 226, 148, 26, WOOD, 13)
        + body(98, 246, 404, 254, ink.base, 40)
        + rect(128, 284, 206, 176, CREAM, 14)
        + cloth
        + (circle(420, 370, 56, ink.dark) + circle(420, 370, 42, WOOD) + line("M420 370L444 346", CREAM, 7))
    )


def soundbar(ink: Ink) -> str:
    mesh = "".join(line(f"M{x} 412V470", ink.light, 3, 0.45) for x in range(84, 524, 12))
    return (
        rect(120, 176, 360, 200, "#2c3033", 10)
        + shape("M132 188H468L220 364H132Z", "#ffffff", 0.07)
        + rect(270, 374, 60, 18, CHARCOAL)
        + (
            body(60, 398, 480, 86, ink.base, 20)
            + mesh
            + circle(300, 442, 6, "#8fd0b3")
            + rect(96, 482, 60, 18, CHARCOAL, 6)
            + rect(444, 482, 60, 18, CHARCOAL, 6)
        )
    )


def daypack(ink: Ink) -> str:
    return (
        line("M256 148Q256 96 300 96Q344 96 344 148", ink.dark, 15)
        + line("M176 250Q132 300 150 440M424 250Q468 300 450 440", ink.deep, 20)
        + body(168, 136, 264, 364, ink.base, 90)
        + line("M196 250Q210 176 300 172Q390 176 404 250", ink.dark, 7)
        + body(194, 330, 212, 146, ink.dark, 34)
        + line("M212 366H388", ink.light, 6)
        + rect(292, 362, 16, 34, ink.trim, 7)
        + rect(266, 232, 68, 42, ink.light, 8)
    )


def roll_top(ink: Ink) -> str:
    return (
        line("M176 260Q130 310 150 450M424 260Q470 310 450 450", ink.deep, 20)
        + body(172, 180, 256, 320, ink.base, 34)
        + rect(156, 124, 288, 66, ink.dark, 30)
        + line("M176 156H424", ink.light, 5, 0.7)
        + line("M214 186V300M386 186V300", ink.trim, 14)
        + rect(200, 284, 28, 38, ink.trim, 6)
        + rect(372, 284, 28, 38, ink.trim, 6)
        + rect(228, 380, 144, 8, ink.light, 4)
        + line("M250 430H350", STEEL, 7, 0.8)
    )


def hiking_pack(ink: Ink) -> str:
    return (
        line("M170 230Q118 300 150 450M430 230Q482 300 450 450", ink.deep, 22)
        + rect(160, 424, 280, 60, ink.trim, 24)
        + body(178, 150, 244, 350, ink.base, 50)
        + shape("M166 176Q166 104 300 104Q434 104 434 176L424 226H176Z", ink.dark)
        + line("M224 214V330M376 214V330", ink.trim, 12)
        + rect(212, 300, 24, 34, ink.trim, 6)
        + rect(364, 300, 24, 34, ink.trim, 6)
        + body(212, 354, 176, 120, ink.dark, 26)
        + line("M232 384H368", ink.light, 6)
        + body(132, 330, 50, 130, ink.dark, 18)
        + body(418, 330, 50, 130, ink.dark, 18)
    )


def packable(ink: Ink) -> str:
    return (
        line("M250 186Q250 128 300 128Q350 128 350 186", ink.dark, 10)
        + shape(
            "M176 220Q186 168 300 168Q414 168 424 220Q446 400 416 474Q406 500 380 500H220"
            "Q194 500 184 474Q154 400 176 220Z",
            ink.base,
        )
        + shape("M378 180Q420 190 424 220Q446 400 416 474Q406 500 380 500H362Q404 330 378 180Z", "#000000", 0.09)
        + line("M210 260Q300 236 390 260", ink.dark, 6)
        + line("M236 330Q250 400 232 470M330 320Q346 400 338 478", ink.dark, 4, 0.45)
        + circle(470, 468, 36, ink.dark)
        + line("M446 456Q470 444 494 456", ink.light, 5)
    )


def yoga_mat(ink: Ink) -> str:
    return (
        shape("M110 470H470Q500 470 500 486V500H110Q96 500 96 486Q96 470 110 470Z", ink.base)
        + rect(330, 470, 170, 30, ink.dark, 4)
        + body(116, 318, 356, 160, ink.base, 80)
        + ellipse(420, 398, 56, 80, ink.dark)
        + ellipse(420, 398, 42, 62, ink.light)
        + ellipse(420, 398, 29, 44, ink.dark)
        + ellipse(420, 398, 16, 26, ink.light)
        + rect(180, 318, 22, 160, ink.trim, 4, 0.85)
        + rect(306, 318, 22, 160, ink.trim, 4, 0.85)
    )


def blocks(ink: Ink) -> str:
    specks = "".join(circle(140 + (i * 67) % 320, 396 + (i * 41) % 88, 4, ink.dark, 0.7) for i in range(36))
    return body(170, 268, 260, 112, ink.light, 18) + body(122, 380, 356, 120, ink.base, 18) + specks


def kettlebell(ink: Ink) -> str:
    return (
        line("M232 330Q188 150 300 150Q412 150 368 330", ink.dark, 42)
        + circle(300, 380, 128, ink.base)
        + shape("M366 270A128 128 0 0 1 366 490Q410 380 366 270Z", "#000000", 0.12)
        + rect(222, 478, 156, 22, ink.dark, 8)
        + circle(300, 384, 50, ink.light)
        + rect(278, 378, 44, 12, ink.dark, 6)
        + line("M204 350Q212 316 236 296", "#ffffff", 10, 0.35)
    )


def dumbbells(ink: Ink) -> str:
    def one(y: float) -> str:
        plates = "".join(
            rect(x, y - h / 2, 24, h, ink.base if i % 2 else ink.dark, 8)
            for i, (x, h) in enumerate(((118, 84), (144, 116), (170, 140), (196, 140)))
        )
        mirror = "".join(
            rect(600 - x - 24, y - h / 2, 24, h, ink.base if i % 2 else ink.dark, 8)
            for i, (x, h) in enumerate(((118, 84), (144, 116), (170, 140), (196, 140)))
        )
        return rect(210, y - 16, 180, 32, STEEL, 12) + plates + mirror + line(f"M250 {y}H350", STEEL_DARK, 4)

    return one(236) + one(416) + rect(150, 482, 300, 18, CHARCOAL, 9)


def bands(ink: Ink) -> str:
    del ink
    colours = ("#e07a5f", "#f2b450", "#81b29a", "#5f8fb0", "#4a4e69")
    return "".join(
        rect(118 + 46 * i, 170 + 20 * i, 180, 300 - 6 * i, "none", 60).replace(
            'fill="none"', f'fill="none" stroke="{colour}" stroke-width="{14 + 4 * i}"'
        )
        for i, colour in enumerate(colours)
    )


def hip_bands(ink: Ink) -> str:
    def band(y: float, colour: str) -> str:
        return (
            rect(126, y, 348, 76, colour, 38)
            + rect(158, y + 22, 284, 32, ink.deep, 16, 0.35)
            + line(f"M150 {y + 12}H440", "#ffffff", 4, 0.4)
        )

    return band(224, ink.light) + band(318, ink.base) + band(412, ink.dark)


def roller(ink: Ink) -> str:
    ridges = "".join(line(f"M{x} 306Q{x - 18} 380 {x} 454", ink.dark, 9) for x in range(160, 400, 34))
    return (
        body(110, 292, 360, 176, ink.base, 88)
        + ridges
        + ellipse(420, 380, 58, 88, ink.light)
        + ellipse(420, 380, 38, 62, ink.deep)
    )


def rope(ink: Ink) -> str:
    return (
        line("M206 300Q110 500 300 486Q490 500 394 300", CHARCOAL, 7)
        + line("M206 300Q150 470 300 452Q450 470 394 300", CHARCOAL, 7, 0.6)
        + (
            body(184, 130, 44, 176, ink.base, 20)
            + body(372, 130, 44, 176, ink.base, 20)
            + circle(206, 308, 14, STEEL)
            + circle(394, 308, 14, STEEL)
        )
    )


def parcel(ink: Ink) -> str:
    return (
        shape("M130 250H470L440 190H160Z", ink.light)
        + body(130, 248, 340, 252, ink.base, 10)
        + shape("M270 250L278 190H322L330 250V310H270Z", CREAM)
        + rect(168, 430, 92, 40, CREAM, 6)
        + line("M182 444H240M182 456H222", ink.dark, 4)
    )


def tilted_pack(ink: Ink) -> str:
    """The small pack for children: the day pack with a face."""
    face = circle(272, 290, 8, CHARCOAL) + circle(328, 290, 8, CHARCOAL) + shape("M288 306H312L300 320Z", CHARCOAL)
    ears = shape("M196 190L186 96L262 150Z", ink.dark) + shape("M404 190L414 96L338 150Z", ink.dark)
    return ears + turned(0, 300, 300, daypack(ink)) + rect(262, 228, 76, 50, ink.base) + face


DRAWINGS = {
    "headphones": headphones,
    "earbuds": earbuds,
    "hook earbuds": hook_earbuds,
    "bone conduction": bone_headset,
    "round speaker": round_speaker,
    "boombox": boombox,
    "bookshelf pair": shelf_speakers,
    "radio": radio,
    "soundbar": soundbar,
    "daypack": daypack,
    "roll-top": roll_top,
    "hiking pack": hiking_pack,
    "packable": packable,
    "kids pack": tilted_pack,
    "yoga mat": yoga_mat,
    "yoga block": blocks,
    "kettlebell": kettlebell,
    "dumbbells": dumbbells,
    "bands": bands,
    "hip bands": hip_bands,
    "foam roller": roller,
    "skipping rope": rope,
    "parcel": parcel,
}
