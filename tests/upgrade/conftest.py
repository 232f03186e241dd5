"""The two releases."""

import pytest

from tests.upgrade import versions
from tests.upgrade.versions import Version


@pytest.fixture(scope="package")
def current() -> Version:
    """What is to be released: this checkout."""
    return versions.current()


@pytest.fixture(scope="package")
def previous(tmp_path_factory: pytest.TempPathFactory) -> Version:
    """What is released."""
    return versions.previous(tmp_path_factory.mktemp("previous"))
