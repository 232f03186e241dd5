"""What a file is, told by its bytes alone: of few kinds, and never two at once."""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from services.contracts.errors import DomainError, invalid

HEAD = 4096
"""Bytes at the beginning that tell a kind."""
MOST_ENTRIES, MOST_UNPACKED, MOST_PACKING = 2_000, 200_000_000, 200
"""Of an office document: the files in it, their bytes unpacked, and how many times its own size those may be."""
MOST_DIRECTORY = 1_000_000
"""Bytes of an archive's table of contents: of 25 MB, half a million entries would be made before any is counted."""

_OOXML = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken."""

    content_type: str
    endings: tuple[str, ...]
    """What its name may end in; the first one is given to a name that ends otherwise."""
    is_picture: bool = False


JPEG = Kind("image/jpeg", (".jpg", ".jpeg"), is_picture=True)
PNG = Kind("image/png", (".png",), is_picture=True)
WEBP = Kind("image/webp", (".webp",), is_picture=True)
PDF = Kind("application/pdf", (".pdf",))
TEXT = Kind("text/plain", (".txt",))
CSV = Kind("text/csv", (".csv",))
_DOCUMENTS = {
    "word/document.xml": Kind(f"{_OOXML}wordprocessingml.document", (".docx",)),
    "xl/workbook.xml": Kind(f"{_OOXML}spreadsheetml.sheet", (".xlsx",)),
    "ppt/presentation.xml": Kind(f"{_OOXML}presentationml.presentation", (".pptx",)),
}
_MARKUP = re.compile(rb"<\s*[!?/a-z]", re.IGNORECASE)
_LETTERS = re.compile(rb"[^\t\n\r\f\x20-\x7e\x80-\xff]")


def sniff(file: BinaryIO, name: str) -> Kind:
    """The file's kind; of texts, the name says which. Refuses what is none of these, or more than one."""
    file.seek(0)
    head = file.read(HEAD)
    for matches, kind_of in _SIGNATURES:
        if matches(head):
            return kind_of(file)
    return _text(file, name)


def refusal(message: str) -> DomainError:
    """A file that is not taken for what it is."""
    return invalid(message, field="file", reason="file_type")


def _pdf(file: BinaryIO) -> Kind:
    """A PDF that ends as one: behind its end another program would find another file."""
    length = file.seek(0, 2)
    file.seek(max(0, length - 1024))
    if b"%%EOF" not in file.read() or zipfile.is_zipfile(file):
        raise refusal("This PDF is damaged, or something else is packed into it.")
    return PDF


def _document(file: BinaryIO) -> Kind:
    """An office document without macros, which unpacks to no more than a document may have."""
    try:
        with zipfile.ZipFile(_Directory(file)) as packed:
            entries = packed.infolist()
    # NotImplementedError is zipfile's word for an archive that is packed in a way it does not read.
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise refusal("This document is damaged.") from None
    names = {each.filename for each in entries}
    kind = next((kind for name, kind in _DOCUMENTS.items() if name in names), None)
    if kind is None or "[Content_Types].xml" not in names:
        raise refusal("An archive is not taken: send the files in it, one by one.")
    if any(name.lower().endswith((".bin", ".exe", ".js", ".vbs")) and "vba" in name.lower() for name in names):
        raise refusal("A document with macros is not taken.")
    if len(entries) > MOST_ENTRIES or _unpacks_to_much(entries):
        raise refusal("This document unpacks to far more than a document has.")
    return kind


class _Directory:
    """A file of which no more is read at once than an archive's table of contents may have, which is read at once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        """As a file does; raises BadZipFile where it is too much."""
        if size > MOST_DIRECTORY:
            raise zipfile.BadZipFile
        return self._file.read(size)


def _unpacks_to_much(entries: list[zipfile.ZipInfo]) -> bool:
    unpacked = sum(each.file_size for each in entries)
    packed = sum(each.compress_size for each in entries)
    return unpacked > MOST_UNPACKED or unpacked > MOST_PACKING * max(packed, 1)


def _text(file: BinaryIO, name: str) -> Kind:
    """Plain text in UTF-8 and without markup, which a browser might run."""
    kind = {".txt": TEXT, ".csv": CSV}.get(name[-4:].lower())
    if kind is None or not _is_plain(file):
        raise refusal("Send a JPEG, PNG or WebP picture, a PDF, an office document (docx, xlsx, pptx) or plain text.")
    return kind


def _is_plain(file: BinaryIO) -> bool:
    """Read piece by piece, for it may be large."""
    file.seek(0)
    tail = b""
    while piece := file.read(64 * 1024):
        if _LETTERS.search(piece) or _MARKUP.search(tail + piece):
            return False
        tail = piece[-16:]
    return True


def _starts(signature: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signature)


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


_SIGNATURES: tuple[tuple[Callable[[bytes], bool], Callable[[BinaryIO], Kind]], ...] = (
    (_starts(b"\xff\xd8\xff"), lambda _: JPEG),
    (_starts(b"\x89PNG\r\n\x1a\n"), lambda _: PNG),
    (_is_webp, lambda _: WEBP),
    (_starts(b"%PDF-"), _pdf),
    (_starts(b"PK\x03\x04"), _document),
)
