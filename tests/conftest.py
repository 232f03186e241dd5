"""What every level of tests may ask for: a private broker and database of their own, side by side with `make run`."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from deploy.local.stack import Stack, for_tests

# The same examples in every run, so that a change is what breaks it; `--hypothesis-profile=default` hunts for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")


@pytest.fixture(scope="session")
def backing() -> Iterator[Stack]:
    """A running broker and database on free ports, started once and shared by the tests that ask for it."""
    with for_tests() as stack:
        stack.start_backing()
        yield stack
