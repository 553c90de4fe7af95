"""Pans, knives, blenders, toasters and mixers."""

from __future__ import annotations

from lifecycle.demo.drawings.ink import (
    CHARCOAL,
    CREAM,
    GLASS,
    STEEL,
    STEEL_DARK,
    WOOD,
    WOOD_DARK,
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


def skillet(ink: Ink) -> str:
    pan = (
        rect(384, 282, 176, 40, ink.base, 20)
        + circle(534, 302, 9, ink.light)
        + shape("M118 262L88 276L118 296Z", ink.base)
        + circle(262, 302, 158, ink.base)
        + circle(262, 302, 132, ink.deep)
        + circle(262, 302, 120, ink.dark)
        + line("M176 250Q206 206 256 202", "#ffffff", 10, 0.22)
    )
    return turned(38, 300, 310, pan)


def frying_pan(ink: Ink) -> str:
    handle = STEEL_DARK if ink.base == STEEL else WOOD
    pan = (
        rect(378, 284, 190, 34, handle, 17)
        + circle(546, 301, 8, CREAM)
        + circle(262, 302, 158, ink.base)
        + circle(262, 302, 136, ink.light)
        + circle(262, 302, 120, ink.base)
        + line("M176 250Q206 206 256 202", "#ffffff", 10, 0.4)
        + rect(366, 282, 40, 38, ink.dark, 10)
    )
    return turned(38, 300, 310, pan)


def saucepan(ink: Ink) -> str:
    return (
        rect(386, 312, 176, 26, STEEL_DARK, 13)
        + body(148, 292, 260, 208, ink.base, 22)
        + rect(136, 274, 284, 24, ink.dark, 12)
        + shape("M164 274Q278 218 392 274Z", ink.light)
        + rect(256, 218, 44, 20, CHARCOAL, 10)
    )


def stock_pot(ink: Ink) -> str:
    return (
        line("M160 300H112V348H160M440 300H488V348H440", STEEL_DARK, 16)
        + body(154, 238, 292, 262, ink.base, 24)
        + rect(142, 218, 316, 26, ink.dark, 13)
        + shape("M166 218Q300 158 434 218Z", ink.light)
        + rect(276, 158, 48, 22, CHARCOAL, 11)
    )


def pan_set(ink: Ink) -> str:
    return (
        rect(392, 392, 160, 20, STEEL_DARK, 10)
        + body(148, 372, 268, 128, ink.base, 22)
        + rect(138, 358, 288, 20, ink.dark, 10)
        + rect(366, 268, 150, 20, STEEL_DARK, 10)
        + body(190, 246, 188, 112, ink.base, 18)
        + rect(182, 232, 204, 20, ink.dark, 10)
        + shape("M204 232Q284 186 364 232Z", ink.light)
        + rect(264, 182, 40, 18, CHARCOAL, 9)
    )


def dutch_oven(ink: Ink) -> str:
    pot = "M138 306H462V432Q462 500 394 500H206Q138 500 138 432Z"
    shade = "M364 306H462V432Q462 500 394 500H356Q384 420 364 306Z"
    return (
        line("M146 342H104V380H146M454 342H496V380H454", ink.dark, 18)
        + shape(pot, ink.base)
        + shape(shade, "#000000", 0.1)
        + rect(126, 284, 348, 28, ink.dark, 14)
        + shape("M144 284Q160 214 300 210Q440 214 456 284Z", ink.base)
        + shape("M360 216Q440 226 456 284H380Z", "#000000", 0.1)
        + rect(276, 176, 48, 24, STEEL, 12)
        + rect(290, 194, 20, 20, STEEL_DARK)
        + line("M172 440V352", "#ffffff", 10, 0.35)
        + line("M182 262Q206 238 250 232", "#ffffff", 8, 0.4)
    )


def wok(ink: Ink) -> str:
    bowl = "M96 316H444Q432 470 300 494H240Q108 470 96 316Z"
    return (
        turned(-18, 440, 316, rect(430, 296, 140, 34, WOOD, 17))
        + shape(bowl, ink.base)
        + shape("M336 316H444Q432 470 300 494H284Q346 420 336 316Z", "#000000", 0.14)
        + ellipse(270, 316, 176, 30, ink.deep)
        + ellipse(270, 322, 150, 20, ink.dark)
        + line("M128 370Q150 430 200 458", "#ffffff", 9, 0.3)
    )


def baking_dish(ink: Ink) -> str:
    return (
        rect(92, 330, 416, 40, ink.dark, 20)
        + shape("M126 352H474L446 482Q442 500 422 500H178Q158 500 154 482Z", ink.base)
        + shape("M384 352H474L446 482Q442 500 422 500H366Z", "#000000", 0.09)
        + shape("M132 332Q150 282 216 300Q262 268 318 298Q392 270 468 332Z", "#d9a05b")
        + line("M188 316L214 304M282 308L310 296M374 314L400 304", "#b5753a", 8)
    )


def _knife(blade: str, handle: str, *extra: str) -> str:
    return turned(
        -38,
        300,
        310,
        shape(blade, STEEL),
        *extra,
        rect(392, 282, 168, 46, handle, 18),
        rect(382, 284, 22, 42, STEEL_DARK, 4),
        circle(440, 305, 5, STEEL),
        circle(480, 305, 5, STEEL),
        circle(520, 305, 5, STEEL),
    )


def chef_knife(ink: Ink) -> str:
    blade = "M392 284H220Q110 290 40 348Q60 362 120 362H392Z"
    return _knife(blade, ink.base, shape("M40 348Q60 362 120 362H392V342H130Q80 344 40 348Z", "#e4e8ea"))


def santoku(ink: Ink) -> str:
    blade = "M392 270H170Q96 276 84 364H392Z"
    return _knife(blade, ink.base, shape("M86 350H392V364H84Z", "#e4e8ea"), line("M140 336H360", STEEL_DARK, 6, 0.6))


def paring_knife(ink: Ink) -> str:
    blade = "M392 290H262Q206 298 178 334Q210 340 392 334Z"
    return _knife(blade, ink.base, shape("M178 334Q210 340 392 334V324Q240 330 178 334Z", "#e4e8ea"))


def paring_set(ink: Ink) -> str:
    del ink  # three colours of its own

    def one(y: float, colour: str) -> str:
        blade = f"M312 {y - 22}H196Q134 {y - 12} 104 {y + 24}Q140 {y + 30} 312 {y + 22}Z"
        return (
            shape(blade, STEEL) + rect(306, y - 24, 176, 48, colour, 22) + line(f"M340 {y - 8}H440", "#ffffff", 8, 0.35)
        )

    return one(220, "#ef8b78") + one(320, "#94cdb4") + one(420, "#f0c14f")


def bread_knife(ink: Ink) -> str:
    waves = "".join(f"Q{x - 12} 346 {x - 24} 330" for x in range(392, 60, -24))
    return _knife(f"M392 286H76Q40 300 56 330L392 330{waves}L70 320Z", ink.base)


def knife_block(ink: Ink) -> str:
    handles = "".join(
        rect(x, y, 30, 120, CHARCOAL, 12) + circle(x + 15, y + 36, 4, STEEL) + circle(x + 15, y + 70, 4, STEEL)
        for x, y in ((226, 120), (276, 104), (326, 122))
    )
    block = "M192 232H388Q404 232 406 248L424 484Q424 500 408 500H184Q168 500 168 484L180 248Q182 232 192 232Z"
    shade = "M340 232H388Q404 232 406 248L424 484Q424 500 408 500H352Z"
    return turned(
        8,
        300,
        500,
        handles,
        shape(block, ink.base),
        shape(shade, "#000000", 0.1),
        line("M226 240H256M276 240H306M326 240H356", WOOD_DARK, 9),
    )


def whetstone(ink: Ink) -> str:
    return (
        body(110, 428, 380, 72, WOOD, 14)
        + body(134, 330, 332, 52, ink.base, 8)
        + body(134, 380, 332, 52, "#b9745c", 8)
        + turned(
            -12, 300, 300, shape("M120 292H380V316H170Q130 312 120 292Z", STEEL), rect(376, 282, 130, 38, CHARCOAL, 16)
        )
    )


def honing_rod(ink: Ink) -> str:
    del ink
    return turned(
        -42,
        300,
        310,
        rect(40, 298, 350, 22, STEEL, 11),
        line("M70 304H376", "#ffffff", 3, 0.7),
        line("M70 314H376", STEEL_DARK, 2),
        rect(380, 276, 24, 66, STEEL_DARK, 8),
        rect(400, 286, 160, 46, CHARCOAL, 20),
    )


def chopping_board(ink: Ink) -> str:
    tiles = "".join(
        rect(118 + 46 * column, 210 + 48 * row, 46, 48, (ink.base, ink.dark, ink.light)[(column * 2 + row) % 3])
        for row in range(6)
        for column in range(8)
    )
    frame = '<clipPath id="board"><rect x="118" y="210" width="364" height="284" rx="24"/></clipPath>'
    return frame + f'<g clip-path="url(#board)">{tiles}</g>' + rect(258, 228, 84, 20, ink.deep, 10)


def blender(ink: Ink) -> str:
    return (
        line("M386 176Q452 180 444 252Q436 318 372 318", CHARCOAL, 18)
        + shape("M206 142H394L366 346H234Z", GLASS, 0.62)
        + shape("M219 232H382L366 346H234Z", "#d9788a", 0.75)
        + rect(200, 122, 200, 28, CHARCOAL, 12)
        + rect(272, 102, 56, 26, CHARCOAL, 10)
        + line("M238 196L250 316", "#ffffff", 8, 0.6)
        + rect(240, 342, 120, 22, STEEL_DARK, 6)
        + shape("M226 362H374L402 484Q402 500 386 500H214Q198 500 198 484Z", ink.base)
        + shape("M326 362H374L402 484Q402 500 386 500H340Z", "#000000", 0.1)
        + circle(300, 436, 32, ink.dark)
        + circle(300, 436, 22, ink.light)
        + line("M300 436V420", ink.trim, 6)
    )


def personal_blender(ink: Ink) -> str:
    return (
        rect(252, 104, 96, 42, ink.dark, 14)
        + shape("M240 144H360L368 328H232Z", GLASS, 0.62)
        + shape("M237 214H363L368 328H232Z", "#e6a24c", 0.75)
        + rect(226, 324, 148, 24, ink.dark, 8)
        + body(222, 346, 156, 154, ink.base, 26)
        + circle(300, 420, 22, ink.light)
        + line("M256 164L252 300", "#ffffff", 8, 0.6)
    )


def stick_blender(ink: Ink) -> str:
    return (
        shape("M372 336H500L488 500H384Z", GLASS, 0.62)
        + shape("M377 410H495L488 500H384Z", "#d98f5c", 0.7)
        + body(218, 92, 84, 190, CHARCOAL, 36)
        + rect(240, 128, 40, 62, STEEL, 14)
        + rect(232, 276, 56, 14, STEEL_DARK, 5)
        + body(240, 288, 40, 150, ink.base, 10)
        + shape("M240 430H280L312 500H208Z", ink.base)
        + shape("M266 430H280L312 500H280Z", "#000000", 0.12)
    )


def toaster(ink: Ink) -> str:
    toast = "M{0} 260V196Q{0} 166 {1} 166H{2}Q{3} 166 {3} 196V260Z"
    return (
        shape(toast.format(176, 206, 254, 284), "#dda25f")
        + shape(toast.format(316, 346, 394, 424), "#dda25f")
        + body(124, 236, 352, 236, ink.base, 54)
        + rect(164, 246, 128, 12, ink.deep, 6)
        + rect(308, 246, 128, 12, ink.deep, 6)
        + rect(448, 300, 34, 16, ink.trim, 8)
        + circle(420, 408, 24, ink.dark)
        + line("M420 408L430 394", ink.trim, 6)
        + rect(156, 468, 60, 32, ink.trim, 10)
        + rect(384, 468, 60, 32, ink.trim, 10)
    )


def stand_mixer(ink: Ink) -> str:
    head = "M164 190Q164 132 232 132H404Q462 132 462 186Q462 240 404 240H200Q164 240 164 190Z"
    return (
        body(376, 220, 84, 256, ink.base, 20)
        + shape(head, ink.base)
        + shape("M372 132H404Q462 132 462 186Q462 240 404 240H360Q402 186 372 132Z", "#000000", 0.1)
        + rect(164, 178, 296, 12, STEEL, 4)
        + rect(216, 238, 52, 40, STEEL_DARK, 6)
        + line("M242 278V330M222 330Q222 386 242 396Q262 386 262 330Z", STEEL_DARK, 8)
        + shape("M136 330H346Q346 452 284 462H198Q136 452 136 330Z", STEEL)
        + shape("M276 330H346Q346 452 284 462H250Q284 410 276 330Z", STEEL_DARK, 0.6)
        + rect(200, 458, 84, 14, STEEL_DARK)
        + body(128, 466, 344, 34, ink.base, 17)
        + circle(418, 186, 13, ink.trim)
        + tapered(300, 498, 10, 10, 2, ink.dark)
    )


DRAWINGS = {
    "skillet": skillet,
    "frying pan": frying_pan,
    "saucepan": saucepan,
    "stock pot": stock_pot,
    "pan set": pan_set,
    "Dutch oven": dutch_oven,
    "wok": wok,
    "baking dish": baking_dish,
    "chef's knife": chef_knife,
    "santoku": santoku,
    "paring knife": paring_knife,
    "paring set": paring_set,
    "bread knife": bread_knife,
    "knife block": knife_block,
    "sharpening stone": whetstone,
    "honing rod": honing_rod,
    "chopping board": chopping_board,
    "blender": blender,
    "personal blender": personal_blender,
    "stick blender": stick_blender,
    "toaster": toaster,
    "stand mixer": stand_mixer,
}
