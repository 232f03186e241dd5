"""What is secret may stand in files instead of the environment."""

import os
import subprocess
import sys
from pathlib import Path

from deploy.local.sites import CHECKOUT

READ = (
    "from services.chassis.settings import chassis_settings; print(chassis_settings().inbox_secret.get_secret_value())"
)


def read(folder: Path, **variables: str) -> str:
    """What a process reads; the folder is named before its settings are defined."""
    env = {"PATH": os.environ["PATH"], "SECRETS_DIR": str(folder), **variables}
    argv = [sys.executable, "-c", READ]
    return subprocess.run(argv, cwd=CHECKOUT, env=env, check=True, capture_output=True, text=True).stdout.strip()


def test_a_secret_is_read_from_a_file_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "inbox_secret").write_text("f" * 40 + "\n")
    (tmp_path / "database_url").write_text("postgresql://somewhere/portico")
    assert read(tmp_path, AMQP_URL="amqp://somewhere") == "f" * 40


def test_a_variable_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "inbox_secret").write_text("f" * 40)
    given = {"AMQP_URL": "amqp://x", "DATABASE_URL": "postgresql://x", "INBOX_SECRET": "v" * 40}
    assert read(tmp_path, **given) == "v" * 40


def test_a_process_that_lacks_a_setting_names_it_and_none_of_the_secrets_that_it_was_given() -> None:
    env = {"PATH": os.environ["PATH"], "AMQP_URL": "amqp://somewhere", "INBOX_SECRET": "too-short"}
    failed = subprocess.run([sys.executable, "-c", READ], cwd=CHECKOUT, env=env, capture_output=True, text=True)
    assert failed.returncode == 1
    assert "database_url" in failed.stderr and "inbox_secret" in failed.stderr
    assert "too-short" not in failed.stderr
