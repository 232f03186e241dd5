"""The migrations and the models say the same, of generated columns too."""

import os
import subprocess
import sys

from tests.service.conftest import Databases

CHECK = "import os; from services.chassis import migrate; migrate.check('proposals', os.environ['OWNER_URL'])"


def test_the_models_say_what_the_migrations_made(databases: Databases) -> None:
    databases.engine("proposals")
    # In a process of its own, for a service's process knows its own tables only. Where a generated column differs
    # alembic only warns.
    command = [sys.executable, "-W", "error::UserWarning", "-c", CHECK]
    environment = {**os.environ, "OWNER_URL": databases.owner_url("proposals")}
    check = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert check.returncode == 0, check.stderr
