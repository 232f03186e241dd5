"""The command line behind `make run`, `audit`, `reset`, `scale`, `status` and `stop`."""

import argparse
import sys

from deploy.local import commands, launcher
from deploy.local.sites import Busy


def main() -> int:
    """Does what the first argument says; returns the exit code."""
    wanted = _arguments()
    try:
        match wanted.command:
            case "run":
                return launcher.run()
            case "scale":
                commands.scale(wanted.service, wanted.replicas)
            case _:
                getattr(commands, wanted.command)()
    except (commands.Refused, Busy) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    names = parser.add_subparsers(dest="command", required=True)
    for name in ("run", "status", "stop", "reset", "audit"):
        names.add_parser(name)
    scale = names.add_parser("scale")
    scale.add_argument("service")
    scale.add_argument("replicas", type=int)
    return parser.parse_args()


sys.exit(main())
