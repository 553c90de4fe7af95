"""Bedding and lamps."""

from __future__ import annotations

from lifecycle.demo.drawings.ink import (
    CHARCOAL,
    CREAM,
    LAMPLIGHT,
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


def duvet(ink: Ink) -> str:
    fold = "M104 330Q100 300 130 296Q300 268 470 296Q500 300 496 330Q506 356 492 378Q300 410 108 378Q94 356 104 330Z"
    middle = "M96 404Q92 376 116 368Q300 396 484 368Q508 376 504 404Q512 430 498 446Q300 476 102 446Q88 430 96 404Z"
    low = "M92 470Q90 448 110 440Q300 470 490 440Q510 448 508 470Q508 500 476 500H124Q92 500 92 470Z"
    seams = line("M190 288Q182 340 190 386M300 278V398M410 288Q418 340 410 386", ink.dark, 4, 0.55)
    seams += line("M190 380V456M300 392V468M410 380V456M190 454V498M300 466V498M410 454V498", ink.dark, 4, 0.4)
    return (
        shape(low, ink.dark)
        + shape(middle, ink.base)
        + shape("M96 404Q300 450 504 404Q512 430 498 446Q300 476 102 446Q88 430 96 404Z", "#000000", 0.06)
        + (shape(fold, ink.light) + seams + line("M140 320Q220 300 290 298", "#ffffff", 8, 0.7))
    )


def pillow(ink: Ink) -> str:
    cushion = (
        "M110 250Q96 210 140 222Q300 246 460 222Q504 210 490 250Q470 350 490 440Q504 486 458 474"
        "Q300 450 142 474Q96 486 110 440Q130 350 110 250Z"
    )
    return (
        shape(cushion, ink.base)
        + shape(
            "M424 228Q460 222 474 220Q502 214 490 250Q470 350 490 440Q504 486 458 474Q440 472 420 468Q456 340 424 228Z",
            "#000000",
            0.07,
        )
        + line("M152 268Q146 340 154 420", ink.dark, 5, 0.5)
        + line("M190 300Q260 318 330 300", ink.dark, 5, 0.3)
        + line("M210 400Q250 392 290 402", ink.dark, 5, 0.3)
    )


def contour_pillow(ink: Ink) -> str:
    wave = (
        "M84 400Q84 320 160 320Q220 320 270 350Q320 374 370 346Q420 296 470 318Q516 340 516 412"
        "V452Q516 486 480 486H120Q84 486 84 452Z"
    )
    return (
        shape(wave, ink.base)
        + shape("M84 440Q300 460 516 440V452Q516 486 480 486H120Q84 486 84 452Z", ink.dark)
        + line("M120 396Q128 350 170 350", "#ffffff", 9, 0.5)
        + line("M84 440Q300 460 516 440", ink.light, 4)
    )


def sheets(ink: Ink) -> str:
    def layer(y: float, colour: str) -> str:
        return (
            rect(120, y, 360, 66, colour, 30)
            + shape(f"M392 {y}H450A30 30 0 0 1 480 {y + 30}V{y + 36}A30 30 0 0 1 450 {y + 66}H392Z", "#000000", 0.07)
            + (line(f"M150 {y + 46}H440", "#000000", 3, 0.08))
        )

    ribbon = rect(276, 226, 48, 274, CREAM) + line(
        "M300 226Q246 186 262 222Q280 240 300 228Q354 186 338 222Q320 240 300 228", CREAM, 10
    )
    return layer(434, ink.dark) + layer(368, ink.base) + layer(302, ink.dark) + layer(236, ink.light) + ribbon


def protector(ink: Ink) -> str:
    quilting = "".join(
        line(f"M{x} 330L{x + 76} 416M{x + 76} 330L{x} 416", ink.dark, 3, 0.5) for x in range(110, 480, 76)
    )
    return (
        rect(92, 404, 416, 96, "#c9d3d6", 18)
        + body(84, 320, 432, 106, ink.base, 34)
        + quilting
        + line("M92 456H508", "#ffffff", 5, 0.6)
    )


def blanket(ink: Ink) -> str:
    cells = "".join(
        rect(136 + 56 * column, 236 + 54 * row, 50, 48, ink.light if (row + column) % 2 else ink.dark, 12, 0.55)
        for row in range(5)
        for column in range(6)
    )
    return body(118, 220, 364, 280, ink.base, 34) + cells + shape("M118 440L230 500H152Q118 500 118 466Z", ink.light)


def desk_lamp(ink: Ink) -> str:
    return (
        shape("M300 232L180 470H440Z", LAMPLIGHT, 0.4)
        + line("M196 480L158 300L304 164", ink.base, 16)
        + circle(158, 300, 17, ink.dark)
        + turned(32, 330, 190, rect(254, 164, 160, 44, ink.base, 22), rect(266, 200, 136, 10, LAMPLIGHT, 5))
        + circle(288, 172, 14, ink.dark)
        + body(120, 474, 156, 26, ink.dark, 13)
    )


def clip_lamp(ink: Ink) -> str:
    return (
        shape("M392 196L300 392H480Z", LAMPLIGHT, 0.45)
        + line("M208 404Q176 300 234 230Q288 160 366 176", ink.dark, 13)
        + body(340, 150, 112, 50, ink.base, 25)
        + shape("M152 396H264L250 500H166Z", ink.base)
        + line("M166 500L190 424L238 424", ink.dark, 9)
        + rect(300, 452, 200, 48, "#b5604a", 6)
        + rect(300, 462, 192, 28, CREAM, 3)
    )


def mushroom_lamp(ink: Ink) -> str:
    return (
        ellipse(300, 440, 190, 60, LAMPLIGHT, 0.35)
        + body(246, 316, 108, 168, ink.dark, 20)
        + shape("M126 332Q126 160 300 160Q474 160 474 332Z", ink.base)
        + shape("M374 178Q474 214 474 332H400Q420 250 374 178Z", "#000000", 0.1)
        + rect(126, 326, 348, 16, LAMPLIGHT, 8)
        + line("M172 290Q188 222 250 200", "#ffffff", 11, 0.4)
        + body(206, 474, 188, 26, ink.dark, 13)
    )


def table_lamp(ink: Ink) -> str:
    base = (
        "M256 318H344Q336 350 376 390Q404 432 370 486Q364 500 346 500H254Q236 500 230 486"
        "Q196 432 224 390Q264 350 256 318Z"
    )
    return (
        ellipse(300, 320, 220, 90, LAMPLIGHT, 0.3)
        + rect(290, 280, 20, 48, STEEL_DARK)
        + shape("M208 124H392L440 296H160Z", CREAM)
        + shape("M340 124H392L440 296H362Z", "#000000", 0.07)
        + rect(160, 290, 280, 10, LAMPLIGHT, 5)
        + shape(base, ink.base)
        + shape("M320 318H344Q336 350 376 390Q404 432 370 486Q364 500 346 500H324Q366 420 320 318Z", "#000000", 0.1)
    )


def arc_lamp(ink: Ink) -> str:
    return (
        shape("M442 292L350 500H534Z", LAMPLIGHT, 0.35)
        + line("M150 478V250Q150 96 300 96Q430 96 442 190", ink.base, 13)
        + shape("M380 286Q380 194 442 194Q504 194 504 286Z", ink.base)
        + shape("M462 198Q504 212 504 286H476Q484 230 462 198Z", "#000000", 0.12)
        + rect(380, 282, 124, 12, LAMPLIGHT, 6)
        + body(92, 468, 124, 32, "#efeae4", 12)
        + line("M112 480L136 492M164 478L190 490", "#c9c0b6", 3)
    )


def floor_lamp(ink: Ink) -> str:
    return (
        shape("M352 172L250 500H470Z", LAMPLIGHT, 0.3)
        + line("M232 486V130Q232 100 262 100H300", ink.base, 14)
        + turned(18, 340, 128, body(276, 98, 132, 60, ink.base, 26), rect(290, 150, 104, 10, LAMPLIGHT, 5))
        + circle(232, 270, 15, ink.trim)
        + body(160, 480, 144, 20, ink.dark, 10)
    )


def wake_up_lamp(ink: Ink) -> str:
    return (
        circle(300, 318, 196, LAMPLIGHT, 0.3)
        + circle(300, 318, 168, ink.base)
        + circle(300, 318, 140, "#ffd9a0")
        + circle(300, 318, 106, "#ffe7bd")
        + line("M236 306H258V340M282 306V340M318 306V340H336V306ZM356 306V324H374M374 306V340", "#b5743d", 7)
        + circle(291, 314, 4, "#b5743d")
        + circle(291, 332, 4, "#b5743d")
        + body(208, 474, 184, 26, ink.dark, 13)
    )


def lantern(ink: Ink) -> str:
    return (
        line("M232 190Q232 98 300 98Q368 98 368 190", CHARCOAL, 13)
        + body(222, 176, 156, 58, ink.base, 22)
        + rect(238, 232, 124, 150, LAMPLIGHT, 14)
        + rect(238, 232, 40, 150, "#ffffff", 14, 0.4)
        + line("M258 232V382M342 232V382", ink.dark, 9)
        + body(214, 376, 172, 124, ink.base, 28)
        + circle(300, 438, 26, ink.dark)
    )


def pendant(ink: Ink) -> str:
    ribs = "".join(
        ellipse(300, 326, across, 164, "none").replace(
            'fill="none"', f'fill="none" stroke="{ink.dark}" stroke-width="3" opacity="0.5"'
        )
        for across in (50, 110, 152)
    )
    return (
        line("M300 60V160", CHARCOAL, 6)
        + ellipse(300, 326, 176, 166, ink.base)
        + ellipse(300, 326, 110, 110, LAMPLIGHT, 0.5)
        + ribs
        + rect(272, 152, 56, 18, WOOD, 8)
    )


DRAWINGS = {
    "duvet": duvet,
    "pillow": pillow,
    "contour pillow": contour_pillow,
    "sheet set": sheets,
    "mattress protector": protector,
    "weighted blanket": blanket,
    "desk lamp": desk_lamp,
    "clip lamp": clip_lamp,
    "mushroom lamp": mushroom_lamp,
    "table lamp": table_lamp,
    "arc lamp": arc_lamp,
    "floor lamp": floor_lamp,
    "wake-up lamp": wake_up_lamp,
    "lantern": lantern,
    "pendant shade": pendant,
}
