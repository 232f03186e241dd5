"""How a brand's colour will look, and that it can be read."""

import re
from dataclasses import dataclass

from gateway.pages.colours import Palette, contrast, palette

_COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class Preview:
    """The colours that follow from one, and the contrast of the texts in them, as WCAG counts it."""

    palette: Palette
    on_brand: float
    on_soft: float


def preview(asked: str, otherwise: str) -> Preview:
    """The preview of a colour as it was typed; of the other one where it is none."""
    typed = asked.strip().lower()
    colours = palette(typed if _COLOUR.fullmatch(typed) else otherwise)
    return Preview(colours, contrast(colours.on_brand, colours.brand), contrast(colours.strong, colours.soft))
