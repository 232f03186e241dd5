"""Takes a backup, restores it beside what runs, and proves that the copy is whole. It charges and mails nothing.

    python -m deploy.drill backup FOLDER
    python -m deploy.drill prove FOLDER [--until 2026-11-22T03:00:00+00:00]

`backup` needs `DATABASE_URL`, as an administrator of all services' databases, and `FILES_URL`. `prove` needs billing's
`STRIPE_API_KEY`, to ask the provider until when the books must agree: until the backup, less the time that money may be
on its way. It prints a sentence for each thing that does not agree, and then ends with 1.
"""

import argparse
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from deploy.drill import backup, copies, proof

_SETTLING = timedelta(minutes=15)


def main() -> int:
    """Does what the first argument says; returns the exit code."""
    wanted = _arguments()
    if wanted.command == "backup":
        moment = backup.take(os.environ["DATABASE_URL"], os.environ["FILES_URL"], wanted.folder)
        print(f"The backup in {wanted.folder} is of {moment.at:%Y-%m-%d %H:%M:%S} UTC.")
        return 0
    return _prove(wanted.folder.resolve(), wanted.until)


def _prove(folder: Path, until: datetime | None) -> int:
    moment = backup.moment_of(folder)
    print(f"The backup in {folder} is of {moment.at:%Y-%m-%d %H:%M:%S} UTC.")
    count = 0
    with copies.running(folder, moment) as server:
        for found in proof.findings(server, folder / backup.FILES, moment, os.environ, until or moment.at - _SETTLING):
            print(f"{'WRONG' if found.wrong else 'right'}  {found.about}")
            for sentence in found.wrong:
                print(f"       {sentence}")
            count += len(found.wrong)
    print(f"{count} things do not agree." if count else "The copy is whole.")
    return 1 if count else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.drill", description=__doc__)
    names = parser.add_subparsers(dest="command", required=True)
    for name in ("backup", "prove"):
        names.add_parser(name).add_argument("folder", type=Path)
    names.choices["prove"].add_argument("--until", type=datetime.fromisoformat)
    return parser.parse_args()


sys.exit(main())
