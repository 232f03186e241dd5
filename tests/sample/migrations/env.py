"""Alembic's environment for the sample service."""

from services.chassis.migrate import run_environment

run_environment()
