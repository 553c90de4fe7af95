"""Colours and the few strokes every drawing is made of.

Coordinates are in a 600 x 600 square; things stand on the line y = 500.  Light comes from the left.
"""

from __future__ import annotations

from dataclasses import dataclass

STEEL = "#c3c9cc"
STEEL_DARK = "#98a1a6"
CHARCOAL = "#3d4247"
WOOD = "#b98a5c"
WOOD_DARK = "#966b42"
GLASS = "#ffffff"
COFFEE = "#5b3d2b"
CREAM = "#f3ead9"
LAMPLIGHT = "#ffe9a8"
BASELINE = 500


def mix(first: str, second: str, share: float) -> str:
    """Blend two `#rrggbb` colours; share is how much of the second, 0 to 1."""
    channels = (round(int(first[i : i + 2], 16) * (1 - share) + int(second[i : i + 2], 16) * share) for i in (1, 3, 5))
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def lightness(colour: str) -> float:
    """Perceived lightness of `#rrggbb`, 0 black to 1 white (ITU-R BT.601 weights)."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


@dataclass(frozen=True)
class Ink:
    """The product's own colour and the tones made from it."""

    base: str

    @property
    def dark(self) -> str:
        """For edges, lids and seams of the same material."""
        return mix(self.base, "#1d1f22", 0.22)

    @property
    def deep(self) -> str:
        """For openings and the inside."""
        return mix(self.base, "#1d1f22", 0.45)

    @property
    def light(self) -> str:
        return mix(self.base, "#ffffff", 0.35)

    @property
    def trim(self) -> str:
        """Knobs and handles: dark on light products, steel on dark ones."""
        return CHARCOAL if lightness(self.base) > 0.38 else STEEL


def rect(x: float, y: float, width: float, height: float, fill: str, radius: float = 0, opacity: float = 1) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" fill="{fill}"{_opacity(opacity)}/>'


def circle(x: float, y: float, radius: float, fill: str, opacity: float = 1) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{fill}"{_opacity(opacity)}/>'


def ellipse(x: float, y: float, across: float, down: float, fill: str, opacity: float = 1) -> str:
    """An ellipse by its two radii."""
    return f'<ellipse cx="{x}" cy="{y}" rx="{across}" ry="{down}" fill="{fill}"{_opacity(opacity)}/>'


def shape(path: str, fill: str, opacity: float = 1) -> str:
    return f'<path d="{path}" fill="{fill}"{_opacity(opacity)}/>'


def line(path: str, colour: str, width: float, opacity: float = 1) -> str:
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round"'
        f' stroke-linejoin="round"{_opacity(opacity)}/>'
    )


def turned(degrees: float, x: float, y: float, *parts: str) -> str:
    """The parts, rotated clockwise around a point."""
    return f'<g transform="rotate({degrees} {x} {y})">{"".join(parts)}</g>'


def body(x: float, y: float, width: float, height: float, fill: str, radius: float = 18) -> str:
    """A rounded block with a shaded right side and a glint on the left."""
    radius = min(radius, width / 2, height / 2)
    edge = x + width
    side = x + width * 0.68
    shade = (
        f"M{side} {y}H{edge - radius}A{radius} {radius} 0 0 1 {edge} {y + radius}V{y + height - radius}"
        f"A{radius} {radius} 0 0 1 {edge - radius} {y + height}H{side}Z"
    )
    if side > edge - radius:
        shade = f"M{edge - radius} {y}A{radius} {radius} 0 0 1 {edge} {y + radius}V{y + height - radius}"
        shade += f"A{radius} {radius} 0 0 1 {edge - radius} {y + height}Z"
    glint = rect(
        x + width * 0.1, y + radius + 4, max(width * 0.045, 4), max(height - 2 * radius - 8, 0), "#ffffff", 4, 0.32
    )
    return rect(x, y, width, height, fill, radius) + shape(shade, "#000000", 0.1) + glint


def tapered(x: float, y: float, top: float, bottom: float, height: float, fill: str) -> str:
    """A cup-like block centred on x: `top` and `bottom` are widths."""
    left = f"M{x - top / 2} {y}H{x + top / 2}L{x + bottom / 2} {y + height}H{x - bottom / 2}Z"
    right = f"M{x + top * 0.2} {y}H{x + top / 2}L{x + bottom / 2} {y + height}H{x + bottom * 0.2}Z"
    return shape(left, fill) + shape(right, "#000000", 0.1)


def _opacity(opacity: float) -> str:
    return "" if opacity == 1 else f' opacity="{opacity}"'
