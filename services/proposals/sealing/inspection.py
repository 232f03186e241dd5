"""Has a PDF from outside examined by a process of its own, and waits no longer for it than a time limit."""

import json
import subprocess
import sys
import tempfile

from services.proposals.sealing.examining import Finding
from services.proposals.sealing.settings import seal_settings

SECONDS = 15.0


def inspect(pdf: bytes) -> Finding:
    """What the PDF's seal says; a file that takes too long or too much memory is unreadable."""
    settings = seal_settings()
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        trusted = [str(settings.seal_trusted_file)] if settings.seal_trusted_file else []
        argv = [sys.executable, "-m", "services.proposals.sealing", file.name, str(settings.seal_chain_file), *trusted]
        try:
            # It is given no variable of ours: it has no need of the key, nor of a password.
            ended = subprocess.run(argv, capture_output=True, timeout=SECONDS, check=True, env={})
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
            return Finding("unreadable")
    return Finding(**json.loads(ended.stdout))
