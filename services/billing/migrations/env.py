"""Hands Alembic over to the chassis, with billing's tables."""

from services.billing import models as models
from services.chassis.migrate import run_environment

run_environment()
