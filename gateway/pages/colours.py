"""The colours of a portal, derived from its brand's one colour so that every text on them can be read."""

from dataclasses import dataclass

READABLE = 4.5
"""The contrast that WCAG 2.2 AA asks of text."""

_WHITE = (255, 255, 255)
_INK = (17, 24, 28)
_BLACK = (0, 0, 0)
_SOFTNESS = 0.92
_STEPS = 50

Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """Hex colours: the brand's own, the text on it, a darker one for text on white, and a tint with no weight."""

    brand: str
    on_brand: str
    strong: str
    soft: str


def palette(colour: str) -> Palette:
    """The palette of a brand colour written as `#rrggbb`."""
    brand = _parse(colour)
    soft = _mix(brand, _WHITE, _SOFTNESS)
    return Palette(_hex(brand), _hex(_text_on(brand)), _hex(_strong(brand, soft)), _hex(soft))


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two hex colours as WCAG defines it, from 1 to 21."""
    return _contrast(_parse(first), _parse(second))


def _text_on(background: Rgb) -> Rgb:
    """White where it can be read, else ink, else black: one of white and black always can."""
    readable = (text for text in (_WHITE, _INK) if _contrast(text, background) >= READABLE)
    return next(readable, _BLACK)


def _strong(brand: Rgb, soft: Rgb) -> Rgb:
    """The brand colour, darkened until it can be read on its own tint, and so on white."""
    darker = (_mix(brand, _BLACK, step / _STEPS) for step in range(_STEPS + 1))
    return next(colour for colour in darker if _contrast(colour, soft) >= READABLE)


def _mix(first: Rgb, second: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def _contrast(first: Rgb, second: Rgb) -> float:
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Rgb) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.03928 else float(((part + 0.055) / 1.055) ** 2.4)


def _parse(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)
