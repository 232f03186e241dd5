"""The page that verifies a document, for anybody who holds one: `/verify`, in no portal."""

from fastapi import APIRouter, Request, Response

from gateway.auth import check_origin
from gateway.errors import problem_of
from gateway.pages.forms import Form
from gateway.pages.render import page
from gateway.uploads.arriving import form_of
from gateway.verifications import verified
from services.contracts.errors import DomainError

router = APIRouter()


@router.get("/verify")
async def ask(request: Request) -> Response:
    """The form."""
    return page(request, "verify.html", form=Form(), found=None)


@router.post("/verify")
async def answer(request: Request) -> Response:
    """What holds of the file, and the form for another one."""
    check_origin(request, request.app.state.settings)
    async with form_of(request) as sent:
        try:
            found = await verified(request, sent)
        except DomainError as error:
            form = Form({}, {"file": error.message})
            return page(request, "verify.html", problem_of(error).status_code, form=form, found=None)
    return page(request, "verify.html", form=Form(), found=found)
