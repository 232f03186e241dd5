"""The JSON API under `/api/v1`."""

from fastapi import APIRouter

from gateway.requests import StrictRoute

DESCRIPTION = "The self-service portal's API."

router = APIRouter(prefix="/api/v1", route_class=StrictRoute)
