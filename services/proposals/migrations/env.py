"""Migrates the proposals service's database."""

from services.chassis.migrate import run_environment

run_environment()
