"""A portal's logo: a picture that somebody uploads, drawn anew before it is kept, and its public address."""

import asyncio
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from uuid import UUID

from obstore.store import ObjectStore
from PIL import Image, ImageOps
from starlette.datastructures import UploadFile

from gateway import files
from gateway.auth import Caller
from services.contracts import permissions
from services.contracts.errors import DomainError, forbidden, invalid
from services.contracts.files import FileView
from services.contracts.identity.portals import GetBranch

FORMATS = ("PNG", "JPEG", "WEBP")
LARGEST_FILE = 512 * 1024
LARGEST = (600, 200)
"""Pixels that it is drawn within."""
MOST_PIXELS = 16_000_000
"""Beyond any logo; told by the picture's header, before a pixel is decoded."""

UNREADABLE = (
    ArithmeticError,
    LookupError,
    OSError,
    SyntaxError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What decoders raise over bytes that are no picture, or are a damaged or a malicious one."""

BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)

_WORKERS = ThreadPoolExecutor(2, "logo")
"""Decoding costs memory and CPU: two at once, and never on the event loop."""


def address(slug: str, sha256: str | None) -> str:
    """Where a portal's logo is, empty without one; another logo has another address, so a browser may keep this."""
    return f"/{slug}/logo?v={sha256[:12]}" if sha256 else ""


async def kept(store: ObjectStore, caller: Caller, branch_id: UUID, upload: UploadFile) -> FileView:
    """The picture as it may be shown to anybody, stored; refuses who may not change the branch before that."""
    if not permissions.may_in_office(caller.principal, "company.write"):
        raise forbidden()
    await caller.ask(GetBranch(branch_id=branch_id))
    content = await upload.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise invalid("A logo has at most 512 KB.", field="file", reason="file_too_large")
    drawn = await asyncio.get_running_loop().run_in_executor(_WORKERS, redrawn, content)
    folder = f"identity/{caller.principal.company_id}/logos"
    return await files.keep(store, folder, "logo.png", "image/png", drawn)


def redrawn(content: bytes) -> bytes:
    """A PNG with the picture's pixels, made smaller where it is too large, and nothing else that was in the file."""
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _too_many_pixels()
            return _small(ImageOps.exif_transpose(picture))
    except BOMBS:
        raise _too_many_pixels() from None
    except UNREADABLE:
        raise _refusal("is not a readable PNG, JPEG or WebP picture", "file_type") from None


def _small(picture: Image.Image) -> bytes:
    pixels = picture.convert("RGBA")
    pixels.thumbnail(LARGEST)
    # A picture carries more than its pixels along; a new one has nothing but these.
    clean = Image.new("RGBA", pixels.size)
    clean.paste(pixels)
    out = BytesIO()
    clean.save(out, "PNG", optimize=True)
    return out.getvalue()


def _too_many_pixels() -> DomainError:
    return _refusal("has too many pixels", "file_too_large")


def _refusal(what: str, reason: str) -> DomainError:
    return invalid(f"The logo {what}.", field="file", reason=reason)
