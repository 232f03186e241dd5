"""A portal's logo: uploaded, and taken away."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from gateway import logos
from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.office.entry import CompanyWriter
from gateway.office.portals import branch_page
from gateway.office.sending import typed_in
from gateway.office.showing import done
from gateway.pages.forms import Form, command_id, received, texts
from services.contracts.errors import DomainError, invalid
from services.contracts.identity.portals import ChangeLogo, GetBranch

router = APIRouter()

_PATH = "/office/portals/{branch_id:uuid}/logo"


@router.post(_PATH)
async def upload(request: Request, member: CompanyWriter, branch_id: UUID) -> Response:
    """Shows another logo in the portal."""
    form = await received(request)
    file = form.get("file")
    new_id = command_id(member, request.url.path, texts(form))
    try:
        if not isinstance(file, UploadFile) or not file.size:
            raise invalid("Choose a picture.", field="file")
        kept = await logos.kept(request.app.state.files, member, branch_id, file)
        await member.ask(ChangeLogo(id=new_id, branch_id=branch_id, logo=kept))
    except DomainError as error:
        return await _refused(request, member, branch_id, error)
    finally:
        await form.close()
    return done(f"/office/portals/{branch_id}", "saved")


@router.post(f"{_PATH}/removal")
async def remove(request: Request, member: CompanyWriter, branch_id: UUID) -> Response:
    """Has the portal show its name alone."""
    typed = await typed_in(request)
    new_id = command_id(member, typed.path, typed.values)
    await member.ask(ChangeLogo(id=new_id, branch_id=branch_id, logo=None))
    return done(f"/office/portals/{branch_id}", "saved")


async def _refused(request: Request, member: Caller, branch_id: UUID, error: DomainError) -> Response:
    branch = await member.ask(GetBranch(branch_id=branch_id))
    name = "file" if error.details.get("field") == "file" else ""
    form = Form({}, {name: error.message})
    return branch_page(request, member, branch, problem_of(error).status_code, logo=form)
