"""Without the previous release nothing is proven, so its absence is a failure that says what to do."""

import subprocess
from pathlib import Path

import pytest

from tests.upgrade import versions
from tests.upgrade.versions import NAMED_IN, NoPrevious


def test_a_shallow_clone_fetches_what_it_lacks(tmp_path: Path) -> None:
    git = ("git", "-C", tmp_path / "whole", "-c", "user.name=Portico", "-c", "user.email=office@portico.test")
    subprocess.run(["git", "init", "--quiet", tmp_path / "whole"], check=True)
    for text in ("released", "to be released"):
        (tmp_path / "whole" / "what").write_text(text)
        subprocess.run([*git, "add", "what"], check=True)
        subprocess.run([*git, "commit", "--quiet", "--message", text], check=True)
    released = subprocess.run([*git, "rev-parse", "HEAD~1"], capture_output=True, text=True, check=True).stdout.strip()
    whole = (tmp_path / "whole").as_uri()
    subprocess.run(["git", "clone", "--quiet", "--depth=1", whole, tmp_path / "clone"], check=True)
    versions.take_out(released, tmp_path / "clone", tmp_path / "previous")
    assert (tmp_path / "previous" / "what").read_text() == "released"


def test_a_clone_without_the_previous_release_says_what_to_do(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "init", "--quiet", clone], check=True)
    with pytest.raises(NoPrevious, match="git fetch --unshallow"):
        versions.take_out(NAMED_IN.read_text().strip(), clone, tmp_path / "previous")


def test_a_folder_that_is_no_clone_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoPrevious, match="git fetch --unshallow"):
        versions.take_out(NAMED_IN.read_text().strip(), tmp_path, tmp_path / "previous")
