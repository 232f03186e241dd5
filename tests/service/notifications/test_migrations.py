"""The migrations and the models say the same."""

import os
import subprocess
import sys

from tests.service.conftest import Databases

CHECK = "import os; from services.chassis import migrate; migrate.check('notifications', os.environ['OWNER_URL'])"


def test_the_models_say_what_the_migrations_made(databases: Databases) -> None:
    databases.engine("notifications")
    # In a process of its own, for a service's process knows its own tables only.
    environment = {**os.environ, "OWNER_URL": databases.owner_url("notifications")}
    check = subprocess.run([sys.executable, "-c", CHECK], env=environment, capture_output=True, text=True, timeout=60)
    assert check.returncode == 0, check.stderr
