"""Where documents are kept: a folder, or S3 where configured."""

import hashlib
import re
from contextlib import suppress
from functools import cache

import obstore
from obstore.store import ObjectStore, from_url

from services.chassis.offload import offload
from services.contracts.files import FileView
from services.contracts.settings import Settings


class FilesSettings(Settings):
    """`FILES_URL`: `file:///a/folder` or `s3://bucket/prefix` with the usual AWS variables."""

    files_url: str


@cache
def _store() -> ObjectStore:
    url = FilesSettings().files_url
    return from_url(url, mkdir=True) if url.startswith("file:") else from_url(url)


def put(key: str, name: str, content_type: str, content: bytes) -> FileView:
    """Keeps a document under its key, over whatever was there, and answers how to find it."""
    offload(obstore.put, _store(), key, content)
    digest = hashlib.sha256(content).hexdigest()
    return FileView(key=key, name=safe_name(name), content_type=content_type, size=len(content), sha256=digest)


def get(key: str) -> bytes:
    """The bytes under a key; raises FileNotFoundError where there are none."""
    return bytes(offload(lambda: obstore.get(_store(), key).bytes()))


def remove(keys: list[str]) -> None:
    """Has the store forget these; one that is not there is forgotten already."""
    for key in keys:
        with suppress(FileNotFoundError):
            offload(obstore.delete, _store(), key)


def safe_name(name: str) -> str:
    """A download's name that no system misreads: letters, digits, dots, dashes."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-.") or "document"
