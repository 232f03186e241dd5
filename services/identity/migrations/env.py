"""Alembic's environment: the chassis's."""

from services.chassis.migrate import run_environment

run_environment()
