"""Without the previous release nothing is proven, so its absence is a failure that says what to do."""

import subprocess
from pathlib import Path

import pytest

from tests.upgrade import versions
from tests.upgrade.versions import NAMED_IN, NoPrevious


def test_a_clone_without_the_previous_release_says_what_to_do(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "init", "--quiet", clone], check=True)
    with pytest.raises(NoPrevious, match="git fetch --unshallow"):
        versions.take_out(NAMED_IN.read_text().strip(), clone, tmp_path / "previous")


def test_a_folder_that_is_no_clone_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoPrevious, match="git fetch --unshallow"):
        versions.take_out(NAMED_IN.read_text().strip(), tmp_path, tmp_path / "previous")
