"""Photos and papers of the demo world, drawn when it is loaded: the same bytes at every load."""

import time
from io import BytesIO

from PIL import Image, ImageDraw

_SIZE = (1600, 1200)
_FIXED = time.gmtime(1_767_225_600)
"""What a paper says of when it was made, so that it is the same at every load."""


def photo(caption: str, wall: str, unit: str) -> bytes:
    """An air conditioner on a wall, as a JPEG."""
    picture = Image.new("RGB", _SIZE, wall)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 900, 1600, 1200), fill="#8a8d90")
    draw.rounded_rectangle((380, 260, 1220, 860), 40, fill=unit, outline="#4a4f55", width=10)
    draw.ellipse((470, 340, 870, 740), fill="#d4d9dd", outline="#4a4f55", width=10)
    for angle in range(0, 360, 60):
        draw.pieslice((500, 370, 840, 710), angle, angle + 30, fill="#5c6670")
    for line in range(340, 760, 40):
        draw.line((930, line, 1150, line), fill="#4a4f55", width=12)
    draw.text((60, 1090), caption, fill="white", font_size=56)
    return _saved(picture, "JPEG", quality=82)


def paper(title: str, lines: list[str]) -> bytes:
    """A page of text, as a PDF."""
    page = Image.new("RGB", (1240, 1754), "white")
    draw = ImageDraw.Draw(page)
    draw.text((110, 120), title, fill="#0b5fa5", font_size=54)
    for number, line in enumerate(lines):
        draw.text((110, 260 + 60 * number), line, fill="#222222", font_size=34)
    return _saved(page, "PDF", resolution=150.0, title=title, creationDate=_FIXED, modDate=_FIXED)


def _saved(picture: Image.Image, kind: str, **how: object) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()
