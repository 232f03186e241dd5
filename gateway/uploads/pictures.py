"""Pictures drawn anew in a process of their own, a few at once, so that no picture costs the gateway memory."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from gateway.uploads import drawing
from gateway.uploads.kinds import Kind, refusal
from services.contracts.errors import invalid

PATIENCE = 60.0
"""Seconds until a drawing is given up."""

_WAITING = ThreadPoolExecutor(2, "drawing")
"""As many are drawn at once."""


async def draw(file: BinaryIO, kind: Kind, folder: Path) -> None:
    """Writes `picture` and `thumbnail` into the folder; refuses what cannot be read, or has too many pixels."""
    ended = await asyncio.get_running_loop().run_in_executor(_WAITING, _run, file, kind, folder)
    if ended == drawing.TOO_MANY_PIXELS:
        raise invalid("This picture has too many pixels.", field="file", reason="file_too_large")
    if ended != 0:
        raise refusal("This is not a readable JPEG, PNG or WebP picture.")


def _run(file: BinaryIO, kind: Kind, folder: Path) -> int:
    # Isolated, and without our environment, in which there are secrets.
    program = (sys.executable, "-I", drawing.__file__, kind.content_type, str(folder))
    try:
        return subprocess.run(program, stdin=file, stderr=subprocess.DEVNULL, env={}, timeout=PATIENCE).returncode
    except subprocess.TimeoutExpired:
        return drawing.UNREADABLE
