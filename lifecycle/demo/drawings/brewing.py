"""Kettles, brewers and what belongs to them."""

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
    ellipse,
    line,
    rect,
    shape,
    tapered,
)

LIGHT = "#f7f3ea"


def kettle(ink: Ink) -> str:
    jug = "M232 180H368L396 452Q398 466 384 466H216Q202 466 204 452Z"
    shade = "M326 180H368L396 452Q398 466 384 466H330Z"
    return (
        line("M378 210Q474 206 462 330Q456 400 404 420", ink.trim, 26)
        + shape("M236 196L172 184L178 210L226 264Z", ink.dark)
        + shape(jug, ink.base)
        + shape(shade, "#000000", 0.1)
        + rect(226, 154, 148, 30, ink.dark, 14)
        + rect(282, 134, 36, 24, ink.trim, 10)
        + rect(244, 230, 18, 170, "#ffffff", 9, 0.45)
        + body(196, 472, 208, 28, ink.trim, 12)
    )


def gooseneck(ink: Ink) -> str:
    jug = "M240 250H384L412 452Q414 466 400 466H224Q210 466 212 452Z"
    shade = "M342 250H384L412 452Q414 466 400 466H346Z"
    handle = WOOD if ink.trim == CHARCOAL else WOOD_DARK
    return (
        line("M226 420Q166 420 172 340Q176 262 122 246", ink.dark, 18)
        + line("M386 262Q488 236 470 400", handle, 24)
        + shape(jug, ink.base)
        + shape(shade, "#000000", 0.1)
        + rect(232, 228, 160, 26, ink.dark, 13)
        + rect(296, 198, 32, 34, handle, 12)
        + body(190, 472, 244, 28, ink.trim, 12)
        + circle(312, 486, 8, LIGHT)
    )


def stove_kettle(ink: Ink) -> str:
    pot = "M176 470Q158 330 232 268Q300 232 368 268Q442 330 424 470Q422 500 396 500H204Q178 500 176 470Z"
    shade = "M352 262Q442 322 424 470Q422 500 396 500H344Q392 400 352 262Z"
    return (
        line("M206 290Q214 132 300 132Q386 132 394 290", ink.trim, 20)
        + line("M258 142Q300 126 342 142", WOOD_DARK, 30)
        + shape("M186 384L112 300L144 284L212 320Z", ink.dark)
        + shape(pot, ink.base)
        + shape(shade, "#000000", 0.1)
        + ellipse(300, 262, 70, 16, ink.dark)
        + circle(300, 240, 16, ink.trim)
        + line("M206 440Q202 370 232 320", "#ffffff", 10, 0.35)
    )


def drip_machine(ink: Ink) -> str:
    return (
        body(190, 130, 220, 108, ink.base, 20)
        + body(330, 220, 80, 250, ink.dark, 10)
        + tapered(262, 238, 110, 70, 44, ink.dark)
        + line("M214 330Q170 340 176 396Q180 426 206 430", ink.trim, 14)
        + shape("M206 308H318L330 430Q330 446 314 446H210Q194 446 194 430Z", GLASS, 0.65)
        + shape("M199 376H325L330 430Q330 446 314 446H210Q194 446 194 430Z", COFFEE, 0.9)
        + rect(206, 296, 112, 18, ink.trim, 8)
        + circle(374, 184, 16, LIGHT)
        + body(172, 452, 252, 48, ink.base, 14)
    )


def dripper(ink: Ink) -> str:
    cone = "M190 180H410L332 312H268Z"
    return (
        shape("M208 150H392L380 182H220Z", CREAM)
        + shape(cone, ink.base)
        + shape("M344 180H410L332 312H312Z", "#000000", 0.1)
        + line("M404 214Q462 216 440 262Q424 288 366 272", ink.dark, 16)
        + line("M248 194L284 298M300 194V298", ink.dark, 5, 0.6)
        + rect(222, 310, 156, 18, ink.dark, 9)
        + shape("M228 338H372L360 480Q358 500 340 500H260Q242 500 240 480Z", "#e2d6c3")
        + shape("M330 338H372L360 480Q358 500 340 500H322Z", "#000000", 0.08)
        + line("M370 372Q430 372 422 424Q412 458 364 452", "#e2d6c3", 15)
    )


def server(ink: Ink) -> str:
    glass = "M214 140H386L324 270L398 436Q412 500 356 500H244Q188 500 202 436L276 270Z"
    del ink  # glass has no colour of its own
    return (
        shape(glass, GLASS, 0.62)
        + shape("M232 372H368L398 436Q412 500 356 500H244Q188 500 202 436Z", COFFEE, 0.9)
        + shape("M232 150H368L310 256H290Z", STEEL)
        + shape("M330 150H368L310 256H304Z", STEEL_DARK)
        + rect(250, 244, 100, 60, WOOD, 12)
        + line("M300 248V300", WOOD_DARK, 5)
        + circle(300, 312, 8, WOOD_DARK)
    )


def french_press(ink: Ink) -> str:
    steel = ink.base == STEEL
    jar = (
        body(214, 210, 172, 276, ink.base, 16)
        if steel
        else (
            rect(218, 210, 164, 276, GLASS, 14, 0.6)
            + rect(224, 316, 152, 164, COFFEE, 12, 0.9)
            + rect(214, 250, 172, 16, ink.base)
            + rect(214, 440, 172, 50, ink.base, 12)
            + rect(216, 260, 14, 190, ink.base)
            + rect(370, 260, 14, 190, ink.dark)
        )
    )
    return (
        line("M386 262Q466 262 456 360Q448 436 388 432", CHARCOAL if steel else ink.dark, 22)
        + rect(294, 112, 12, 84, STEEL_DARK)
        + circle(300, 108, 20, CHARCOAL if steel else ink.dark)
        + shape("M216 214L176 200L216 244Z", STEEL_DARK)
        + jar
        + shape("M204 212Q300 150 396 212Z", STEEL if not steel else STEEL_DARK)
        + rect(204, 484, 192, 16, STEEL_DARK, 8)
    )


def moka_pot(ink: Ink) -> str:
    return (
        line("M378 214H444Q456 214 452 230L432 324", CHARCOAL, 24)
        + circle(300, 130, 16, CHARCOAL)
        + shape("M222 186L300 146L378 186Z", ink.dark)
        + shape("M216 186H384L354 318H246Z", ink.base)
        + shape("M320 186H384L354 318H310Z", "#000000", 0.12)
        + shape("M216 186L180 200L232 246Z", ink.dark)
        + rect(238, 314, 124, 26, ink.dark, 8)
        + shape("M246 338H354L388 486Q388 500 374 500H226Q212 500 212 486Z", ink.base)
        + shape("M310 338H354L388 486Q388 500 374 500H322Z", "#000000", 0.12)
        + circle(246, 428, 9, STEEL_DARK)
    )


def jug(ink: Ink) -> str:
    del ink
    return (
        line("M384 226Q452 232 446 330Q440 416 388 424", CHARCOAL, 20)
        + rect(212, 164, 176, 336, GLASS, 24, 0.62)
        + rect(220, 266, 160, 226, COFFEE, 20, 0.85)
        + rect(266, 176, 68, 276, STEEL, 14, 0.75)
        + body(206, 128, 188, 48, CHARCOAL, 16)
        + rect(228, 206, 12, 220, "#ffffff", 6, 0.5)
    )


def travel_press(ink: Ink) -> str:
    return (
        rect(240, 108, 120, 24, ink.base, 12)
        + body(254, 126, 92, 150, ink.dark, 10)
        + rect(206, 250, 188, 20, ink.base, 10)
        + rect(236, 266, 128, 170, GLASS, 10, 0.6)
        + rect(242, 338, 116, 92, COFFEE, 8, 0.85)
        + rect(214, 430, 172, 22, ink.base, 8)
        + tapered(300, 450, 118, 106, 50, ink.dark)
        + line("M250 300H276M250 322H270M250 344H276", "#ffffff", 5, 0.8)
    )


def scale(ink: Ink) -> str:
    digits = "M232 464V446H246V464ZM262 464H276V455H262V446H276M292 446V464M308 464H322V446H308Z"
    return (
        tapered(300, 240, 130, 100, 134, CREAM)
        + ellipse(300, 242, 65, 11, COFFEE)
        + rect(240, 372, 120, 16, WOOD, 8)
        + line("M362 268Q412 268 402 310Q394 336 352 332", CREAM, 13)
        + rect(176, 386, 248, 22, STEEL, 8)
        + body(146, 404, 308, 96, ink.base, 20)
        + rect(214, 434, 132, 42, "#1f2629", 8)
        + line(digits, "#9fe3cf", 4)
        + circle(180, 454, 10, ink.trim)
        + circle(420, 454, 10, ink.trim)
    )


def tamper(ink: Ink) -> str:
    return (
        shape("M256 150Q300 110 344 150Q356 200 326 250Q318 300 326 344H274Q282 300 274 250Q244 200 256 150Z", ink.base)
        + shape("M318 128Q340 136 344 150Q356 200 326 250Q318 300 326 344H308Q300 220 318 128Z", "#000000", 0.12)
        + rect(272, 340, 56, 34, STEEL_DARK, 6)
        + body(220, 370, 160, 62, STEEL, 10)
        + rect(214, 424, 172, 14, STEEL_DARK, 7)
        + ellipse(300, 484, 124, 16, COFFEE, 0.9)
        + rect(176, 470, 248, 30, WOOD, 12)
    )


def milk_jug(ink: Ink) -> str:
    jar = "M220 196H386Q378 280 402 360V470Q402 500 372 500H228Q198 500 198 470V360Q226 280 220 236L168 206Z"
    return (
        line("M392 246Q486 240 476 340Q468 428 402 436", ink.dark, 20)
        + shape(jar, ink.base)
        + shape("M338 196H386Q378 280 402 360V470Q402 500 372 500H332Q356 340 338 196Z", "#000000", 0.12)
        + ellipse(300, 198, 84, 14, CREAM)
        + line("M228 460V372Q246 320 246 260", "#ffffff", 10, 0.5)
    )


def bottle(ink: Ink) -> str:
    del ink
    return (
        rect(268, 118, 64, 48, CHARCOAL, 10)
        + rect(276, 160, 48, 50, "#d9e8ea")
        + body(210, 200, 180, 300, "#d9e8ea", 34)
        + rect(210, 280, 180, 150, "#5d9aa6")
        + shape("M300 308Q340 360 300 392Q260 360 300 308Z", "#eef7f6")
    )


def coffee_bag(ink: Ink) -> str:
    label = CREAM
    return (
        shape("M198 188H402L414 480Q414 500 394 500H206Q186 500 186 480Z", ink.base)
        + shape("M346 188H402L414 480Q414 500 394 500H352Z", "#000000", 0.12)
        + rect(198, 132, 204, 60, ink.dark, 8)
        + line("M206 164H394", ink.light, 5, 0.6)
        + rect(230, 262, 140, 160, label, 10)
        + ellipse(284, 328, 24, 34, COFFEE)
        + line("M284 298Q274 328 284 358", label, 5)
        + ellipse(326, 340, 20, 30, COFFEE)
        + line("M326 314Q334 340 326 366", label, 5)
        + rect(252, 388, 96, 8, ink.base, 4)
        + rect(268, 404, 64, 6, ink.light, 3)
    )


def pellets(ink: Ink) -> str:
    return (
        (
            body(216, 190, 168, 310, "#e8dcc4", 26)
            + rect(206, 148, 188, 52, CHARCOAL, 14)
            + rect(216, 270, 168, 150, "#7d9b76")
            + "".join(
                ellipse(x, y, 13, 9, CREAM)
                for x, y in ((262, 318), (302, 304), (340, 322), (280, 352), (324, 358), (300, 386))
            )
        )
        + ellipse(150, 488, 18, 11, ink.light)
        + ellipse(184, 494, 14, 9, ink.light)
    )


DRAWINGS = {
    "kettle": kettle,
    "gooseneck": gooseneck,
    "stovetop kettle": stove_kettle,
    "drip machine": drip_machine,
    "dripper": dripper,
    "server": server,
    "french press": french_press,
    "moka pot": moka_pot,
    "jug": jug,
    "travel press": travel_press,
    "scale": scale,
    "tamper": tamper,
    "milk jug": milk_jug,
    "bottle": bottle,
    "coffee bag": coffee_bag,
    "pellets": pellets,
}
