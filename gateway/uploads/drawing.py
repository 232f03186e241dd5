"""A program of its own that draws a picture anew: `drawing.py <type> <folder>`, the picture on its standard input.

It writes `picture` and `thumbnail` into the folder. Decoders meet whatever somebody sends: here they have little
memory, little time, and nothing else of the gateway's. It ends with 3 where the picture has too many pixels and
with 4 where it cannot be read.
"""

import resource
import struct
import sys
import zlib
from pathlib import Path

from PIL import Image, ImageOps

MOST_PIXELS = 64_000_000
"""A phone's largest picture has 50 million; told by the header, before a pixel is decoded."""
LARGEST = (4096, 4096)
THUMBNAIL = (480, 480)
MEMORY, SECONDS = 1_500_000_000, 30
"""Bytes of address space and seconds of processor."""
TOO_MANY_PIXELS, UNREADABLE = 3, 4

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_DAMAGE = (ArithmeticError, LookupError, MemoryError, OSError, SyntaxError, ValueError, struct.error, zlib.error)


def main(content_type: str, folder: Path) -> int:
    """Draws the picture on standard input; answers how the program ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    sys.stdin.buffer.seek(0)
    try:
        with Image.open(sys.stdin.buffer, formats=[_FORMATS[content_type]]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return TOO_MANY_PIXELS
            _draw(picture, _FORMATS[content_type], folder)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return TOO_MANY_PIXELS
    except _DAMAGE:
        return UNREADABLE
    return 0


def _draw(picture: Image.Image, kind: str, folder: Path) -> None:
    # A JPEG can be decoded at half its size or less, for a fraction of the memory.
    picture.draft(None, LARGEST)
    # Made small before all else: whatever is done to it copies it.
    picture.thumbnail(LARGEST)
    clean = _pixels(ImageOps.exif_transpose(picture), "RGB" if kind == "JPEG" else "RGBA")
    clean.save(folder / "picture", kind, quality=88)
    clean.thumbnail(THUMBNAIL)
    small = Image.new("RGB", clean.size, "white")
    small.paste(clean, mask=clean if clean.mode == "RGBA" else None)
    small.save(folder / "thumbnail", "JPEG", quality=80)


def _pixels(picture: Image.Image, mode: str) -> Image.Image:
    """The pixels and nothing else that was in the file: no place, no camera, no comment, no second file."""
    clean = Image.new(mode, picture.size)
    clean.paste(picture.convert(mode))
    return clean


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
