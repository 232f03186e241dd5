"""Drawn signatures, good and bad, as a browser or an attacker sends them."""

import struct
import zlib
from base64 import b64encode
from io import BytesIO

from PIL import Image, ImageDraw


def png(size: tuple[int, int] = (600, 200), *, blank: bool = False) -> bytes:
    """A picture of a stroke on nothing."""
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    if not blank:
        width, height = size
        ImageDraw.Draw(picture).line([(1, height - 2), (width // 2, 1), (width - 2, height - 2)], "navy", width=3)
    content = BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes whose header promises a picture of this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = zlib.compress(bytes(100_000))
    chunks = ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def data_url(content: bytes) -> str:
    """The content as a browser's canvas gives it."""
    return "data:image/png;base64," + b64encode(content).decode()


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
