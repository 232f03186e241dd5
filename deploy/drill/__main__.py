"""Takes a backup, restores it beside what runs, and proves that the copy is whole. It charges and mails nothing.

    python -m deploy.drill backup FOLDER
    python -m deploy.drill prove FOLDER [--until 2026-11-22T03:00:00+00:00]
    python -m deploy.drill restore FOLDER DATA
    python -m deploy.drill resume --since 2026-11-22T03:00:00+00:00 [--numbers 1000]

`backup` needs `DATABASE_URL`, as an administrator of all services' databases, and `FILES_URL`. `prove` needs billing's
`STRIPE_API_KEY`: the provider is asked what it charged until the backup, less the time that money may be on its way.
It prints a sentence for each thing that does not agree, and then ends with 1. `restore` makes the data folder of a
server, and `resume` readies what was restored for good; OPERATIONS.md says when.
"""

import argparse
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from deploy.drill import backup, copies, proof, resumption

_SETTLING = timedelta(minutes=15)


def main() -> int:
    """Does what the first argument says; returns the exit code."""
    wanted = _arguments()
    match wanted.command:
        case "backup":
            return _backup(wanted.folder)
        case "restore":
            copies.lay(wanted.folder, backup.moment_of(wanted.folder), wanted.data)
        case "resume":
            for done in resumption.prepare(os.environ["DATABASE_URL"], wanted.since, wanted.numbers):
                print(done)
        case "prove":
            return _prove(wanted.folder.resolve(), wanted.until)
    return 0


def _backup(folder: Path) -> int:
    try:
        moment = backup.take(os.environ["DATABASE_URL"], os.environ["FILES_URL"], folder)
    except backup.BackupFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"The backup in {folder} is of {moment.at.isoformat()}.")
    return 0


def _prove(folder: Path, until: datetime | None) -> int:
    moment = backup.moment_of(folder)
    print(f"The backup in {folder} is of {moment.at.isoformat()}.")
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
    for name in ("backup", "prove", "restore"):
        names.add_parser(name).add_argument("folder", type=Path)
    names.choices["prove"].add_argument("--until", type=datetime.fromisoformat)
    names.choices["restore"].add_argument("data", type=Path)
    resume = names.add_parser("resume")
    resume.add_argument("--since", type=datetime.fromisoformat, required=True, help="the moment of the backup")
    resume.add_argument("--numbers", type=int, default=1000, help="how many numbers every series leaves out")
    return parser.parse_args()


sys.exit(main())
