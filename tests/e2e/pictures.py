"""Pictures that tests attach."""

from io import BytesIO

from PIL import Image


def photo(colour: str = "green") -> bytes:
    """A small photo."""
    written = BytesIO()
    Image.new("RGB", (40, 30), colour).save(written, "JPEG")
    return written.getvalue()
