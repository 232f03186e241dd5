"""Examines one PDF that somebody sent, in a process that may neither last nor grow: a hostile file harms only it.

    python -m services.proposals.sealing PDF CHAIN [TRUSTED]

Prints the finding as JSON.
"""

import json
import resource
import sys
from pathlib import Path

from services.proposals.sealing.certificates import trusted_roots
from services.proposals.sealing.examining import examine

CPU_SECONDS = 10
MEMORY = 1024**3


def main(pdf: str, chain: str, trusted: str | None = None) -> None:
    """Examines the file within its bounds."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    roots = trusted_roots(Path(chain), Path(trusted) if trusted else None)
    print(json.dumps(examine(Path(pdf).read_bytes(), roots).as_dict()))


if __name__ == "__main__":
    main(*sys.argv[1:])
