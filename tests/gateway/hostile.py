"""Files that nobody should send, each with how it is refused, or made harmless."""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image

SCRIPT = b"<script>alert(document.cookie)</script>"


@dataclass(frozen=True)
class Hostile:
    """What is sent as the part `file`, and the status that it meets."""

    content: bytes
    status: int
    name: str = "photo.jpg"
    declared: str = "image/jpeg"
    reason: str | None = None


@dataclass(frozen=True)
class Crooked:
    """A body that is no form with one file."""

    body: bytes
    status: int
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": FORM})


FORM = "multipart/form-data; boundary=b"


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    """A sound picture."""
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is this large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


def archive(files: Mapping[str, bytes]) -> bytes:
    """A ZIP with these files."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


def document(**more: bytes) -> bytes:
    """A word processor's document, with these parts besides."""
    return archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>", **more})


def directory(entries: int) -> bytes:
    """An archive that is nothing but a table of contents with as many entries."""
    entry = b"PK\x01\x02" + struct.pack("<6H3I5H2I", 20, 20, *[0] * 7, 1, *[0] * 6) + b"a"
    there = entry * entries
    return b"PK\x03\x04" + bytes(40) + there + b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 1, 1, len(there), 44, 0)


def part(content: bytes, name: str = 'name="file"; filename="a.jpg"') -> bytes:
    """A part of a form."""
    return b"--b\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n" % (name.encode(), content)


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"

REFUSED: dict[str, Hostile] = {
    "0 bytes": Hostile(b"", 422, reason="file_empty"),
    "a program called a photo": Hostile(b"MZ\x90\x00" + bytes(500), 415, reason="file_type"),
    "a Linux program": Hostile(b"\x7fELF" + bytes(500), 415, "run.jpg", reason="file_type"),
    "a shell script": Hostile(b"#!/bin/sh\nrm -rf /\n", 415, "clean.sh", reason="file_type"),
    "a page with a script": Hostile(b"<!doctype html>" + SCRIPT, 415, "page.html", "text/html", "file_type"),
    "a page called a photo": Hostile(b"<html>" + SCRIPT, 415, reason="file_type"),
    "a page called a text": Hostile(b"Dear all,\n" + SCRIPT, 415, "letter.txt", "text/plain", "file_type"),
    "a page hidden far inside a text": Hostile(b"x" * 65_530 + SCRIPT, 415, "letter.txt", reason="file_type"),
    "a drawing with a script": Hostile(SVG, 415, "plan.svg", "image/svg+xml", "file_type"),
    "a drawing called a photo": Hostile(SVG, 415, "plan.png", "image/png", "file_type"),
    "a text with binary in it": Hostile(b"hello\x00\x01\x02", 415, "letter.txt", reason="file_type"),
    "a moving picture": Hostile(b"GIF89a" + bytes(50), 415, "wave.gif", "image/gif", "file_type"),
    "an archive": Hostile(archive({"a.exe": b"MZ"}), 415, "files.zip", "application/zip", "file_type"),
    "a program of Java": Hostile(archive({"META-INF/MANIFEST.MF": b""}), 415, "a.docx", reason="file_type"),
    "an archive that unpacks to a thousand times its size": Hostile(
        document(**{"word/media/a.bmp": bytes(30_000_000)}), 415, "plan.docx", reason="file_type"
    ),
    "an archive of three thousand files": Hostile(
        document(**{f"word/{each}": b"" for each in range(3000)}), 415, "plan.docx", reason="file_type"
    ),
    "an archive that is a list of half a million": Hostile(directory(500_000), 415, "plan.docx", reason="file_type"),
    "a document with macros": Hostile(document(**{"word/vbaProject.bin": b"x"}), 415, "plan.docx", reason="file_type"),
    "a document cut in half": Hostile(document()[:120], 415, "plan.docx", reason="file_type"),
    "a PDF with an archive behind it": Hostile(PDF + archive({"a.exe": b"MZ"}), 415, "plan.pdf", reason="file_type"),
    "a PDF without an end": Hostile(b"%PDF-1.7\n" + bytes(3000), 415, "plan.pdf", reason="file_type"),
    "a picture of 2,500 million pixels": Hostile(png_of(50_000, 50_000), 413, "a.png", reason="file_too_large"),
    "a picture of 70 million pixels": Hostile(png_of(10_000, 7_000), 413, "a.png", reason="file_too_large"),
    "a picture cut in half": Hostile(picture(size=(900, 900))[:3000], 415, reason="file_type"),
    "a picture's first bytes alone": Hostile(b"\xff\xd8\xff\xe0", 415, reason="file_type"),
    "a picture whose size is nothing": Hostile(png_of(0, 0), 415, "a.png", reason="file_type"),
    "over the limit": Hostile(b"\xff\xd8\xff" + bytes(25_500_000), 413, reason="file_too_large"),
}

HARMLESS: dict[str, Hostile] = {
    "a photo with a page behind it": Hostile(picture() + SCRIPT, 201),
    "a photo with an archive behind it": Hostile(picture() + archive({"a.js": SCRIPT}), 201),
    "a picture with a script among its pixels' words": Hostile(
        picture("PNG")[:33] + struct.pack(">I", 40) + b"tEXt" + SCRIPT.ljust(40)[:40]
        + struct.pack(">I", zlib.crc32(b"tEXt" + SCRIPT.ljust(40)[:40])) + picture("PNG")[33:], 201, "a.png",
    ),
    "a photo called a page": Hostile(picture(), 201, "page.html", "text/html"),
    "a photo called a program": Hostile(picture(), 201, "photo.jpg.exe", "application/x-msdownload"),
}  # fmt: skip

NAMES: dict[str, tuple[str, str, str]] = {
    "a path": ("../../../etc/passwd", "passwd.jpg", "passwd.jpg"),
    "a path of Windows": ("C:\\Windows\\system32\\photo.jpg", "photo.jpg", "photo.jpg"),
    "a line break": ("a%0D%0ASet-Cookie: b=c.jpg", "a%0D%0ASet-Cookie: b=c.jpg", "a-0D-0ASet-Cookie-b-c.jpg"),
    "quotes": ('a";x="b.jpg', "a%22;x=%22b.jpg", "a-22-x-22b.jpg"),
    "the other ending of its kind": ("Photo.JPEG", "Photo.jpeg", "Photo.jpeg"),
    "a direction turned round": ("photo\u202egpj.exe", "photogpj.exe.jpg", "photogpj.exe.jpg"),
    "letters of the world": ("Küche 厨房.jpg", "Küche 厨房.jpg", "K-che-.jpg"),
    "nothing visible": ("\u200b\u200b.jpg", "file.jpg", "file.jpg"),
    "dots alone": ("..", "file.jpg", "file.jpg"),
    "a thousand letters": ("a" * 1000 + ".jpg", "a" * 146 + ".jpg", "a" * 146 + ".jpg"),
}
"""What a photo is sent as; what it is called, and what a header calls it in plain letters."""

CROOKED: dict[str, Crooked] = {
    "no file at all": Crooked(part(b"x", 'name="note"') + b"--b--\r\n", 422),
    "the file under another name": Crooked(part(picture(), 'name="photo"; filename="a.jpg"') + b"--b--\r\n", 422),
    "the file as a text": Crooked(part(b"plain", 'name="file"') + b"--b--\r\n", 422),
    "two files": Crooked(part(picture()) + part(picture()) + b"--b--\r\n", 422),
    "eleven files": Crooked(part(picture()) * 11 + b"--b--\r\n", 400),
    "a thousand fields": Crooked(part(b"x", 'name="n"') * 1000 + part(picture()) + b"--b--\r\n", 400),
    "a body cut off midway": Crooked(part(picture(size=(600, 600)))[:2000], 422),
    "a body that is no form": Crooked(b"\xff\xd8\xff" + bytes(100), 400),
    "a form without its boundary": Crooked(part(picture()), 400, {"content-type": "multipart/form-data"}),
    "a photo as the body itself": Crooked(picture(), 415, {"content-type": "image/jpeg"}),
    "JSON": Crooked(b"{}", 415, {"content-type": "application/json"}),
    "a text of two megabytes beside it": Crooked(part(b"x" * 2_000_000, 'name="note"') + b"--b--\r\n", 400),
}
