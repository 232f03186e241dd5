"""The two releases as folders of code: this checkout, and the release before it, taken out of git."""

import hashlib
import io
import json
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.sites import CHECKOUT, hold

NAMED_IN = Path(__file__).with_name("previous")
_SCRIPTS = Path(__file__).parent


class NoPrevious(Exception):
    """The previous release cannot be had; the message says what to do."""


@dataclass(frozen=True)
class Version:
    """One release: where its code lies, and the interpreter that has its packages."""

    name: str
    folder: Path
    python: Path

    def run(self, script: str, given: Any = None) -> Any:
        """What a script of this folder prints as JSON when this release's modules are what it imports."""
        argv = [str(self.python), "-W", "ignore", str(_SCRIPTS / script)]
        env = {"PYTHONPATH": str(self.folder), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(argv, env=env, input=json.dumps(given), capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{script} failed with the {self.name} release:\n{done.stderr[-3000:]}")
        return json.loads(done.stdout)


def current() -> Version:
    """What is to be released."""
    return Version("current", CHECKOUT, Path(sys.executable))


def previous(folder: Path) -> Version:
    """The release that the file `previous` names, its code put into `folder`. NoPrevious: git does not have it."""
    take_out(NAMED_IN.read_text().strip(), CHECKOUT, folder)
    return Version("previous", folder, _python_with(folder / "requirements.lock"))


def take_out(commit: str, repository: Path, folder: Path) -> None:
    """Puts the files of a commit into a folder. NoPrevious: neither the repository nor its origin has it."""
    git = ("git", "-C", str(repository))
    argv = [*git, "archive", "--format=tar", commit]
    try:
        if (repository / ".git" / "shallow").exists():
            subprocess.run([*git, "fetch", "--quiet", "--unshallow"], capture_output=True, check=True)
        archived = subprocess.run(argv, capture_output=True, check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError) as problem:
        raise NoPrevious(
            f"The previous release, {commit}, is not in this clone, so nothing shows that it runs beside this one. "
            "Fetch the history (git fetch --unshallow), or mend tests/upgrade/previous."
        ) from problem
    with tarfile.open(fileobj=io.BytesIO(archived)) as files:
        files.extractall(folder, filter="data")


def _python_with(lock: Path) -> Path:
    """An interpreter with the packages of this lock: our own where they are the same, else one that is kept."""
    if lock.read_bytes() == (CHECKOUT / "requirements.lock").read_bytes():
        return Path(sys.executable)
    kept = CHECKOUT / ".venv" / "previous"
    made = kept / hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    with hold(kept, wait=True):
        if not (made / "installed").exists():
            _install(lock, made)
    return made / "bin" / "python"


def _install(lock: Path, folder: Path) -> None:
    pip = (folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    subprocess.run([*pip, "--no-deps", "--require-hashes", "-r", lock], check=True)
    (folder / "installed").touch()
