"""What is no page of the office is none at all, rather than a page of a portal by that name."""

from fastapi import APIRouter, Depends, Response

from gateway.office.entry import entering
from services.contracts.errors import not_found

router = APIRouter()


@router.get("/office/{rest:path}", dependencies=[Depends(entering)])
@router.post("/office/{rest:path}", dependencies=[Depends(entering)])
async def nowhere() -> Response:
    """Refused to staff, in the office's frame; others are led to the door first."""
    raise not_found()
