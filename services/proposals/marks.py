"""Drawn signatures: a picture from a browser, taken apart and drawn anew before it enters a document."""

import struct
import zlib
from base64 import b64decode
from io import BytesIO

from PIL import Image, ImageOps

from services.chassis.offload import offload
from services.contracts.errors import DomainError, invalid

PREFIX = "data:image/png;base64,"
MAGIC = b"\x89PNG\r\n\x1a\n"
MAX_WIDTH, MAX_HEIGHT = 3000, 1500
"""Beyond any signature pad, on any screen."""

DRAWN = (900, 300)
"""The size that it has in a document, in pixels."""

UNREADABLE = (
    ArithmeticError,
    LookupError,
    OSError,
    SyntaxError,
    ValueError,
    Image.DecompressionBombError,
    struct.error,
    zlib.error,
)
"""What decoders raise over bytes that are no picture, or are a damaged or a malicious one."""


def drawing(data_url: str) -> bytes:
    """The drawing as a small grey PNG of our own making; invalid where it is no picture, too big or blank."""
    return offload(_redrawn, data_url)


def _redrawn(data_url: str) -> bytes:
    try:
        content = b64decode(data_url.removeprefix(PREFIX), validate=True)
        if not content.startswith(MAGIC):
            raise ValueError("this is not a PNG")
        with Image.open(BytesIO(content), formats=["PNG"]) as picture:
            return _small(_on_white(picture))
    except UNREADABLE:
        raise _refusal("is not a readable PNG") from None


def _on_white(picture: Image.Image) -> Image.Image:
    # The size is in the header: it is looked at before a pixel is decoded.
    if picture.width > MAX_WIDTH or picture.height > MAX_HEIGHT:
        raise _refusal(f"is larger than {MAX_WIDTH} by {MAX_HEIGHT} pixels")
    ink = picture.convert("RGBA")
    paper = Image.new("RGBA", ink.size, "white")
    grey = Image.alpha_composite(paper, ink).convert("L")
    darkest, lightest = grey.getextrema()
    if darkest == lightest:
        raise _refusal("is blank")
    return grey


def _small(picture: Image.Image) -> bytes:
    content = BytesIO()
    ImageOps.pad(picture, DRAWN, color=255, centering=(0, 0.5)).save(content, "PNG", optimize=True)
    return content.getvalue()


def _refusal(what: str) -> DomainError:
    return invalid(f"The drawn signature {what}.", field="signature")
