"""A portal's logo: taken in as a picture, kept as another, shown to anybody."""

import struct
import zlib
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image, PngImagePlugin

from gateway import files, logos
from services.contracts.errors import DomainError, not_found
from services.contracts.files import FileView
from services.contracts.identity.portals import BranchView, Brand, ChangeLogo, GetBranch, GetPortal, PortalView
from services.contracts.identity.sessions import ResolveSession, SessionPrincipal
from services.contracts.principals import PortalSettings
from tests.gateway import pages_world, world
from tests.gateway.neighbours import Neighbours
from tests.gateway.test_portals import BRANCH, ONE

pytestmark = pytest.mark.anyio

ORIENTATION = 0x0112
SHOWN = "/evergreen-austin/logo"


def picture(kind: str, size: tuple[int, int] = (300, 100), mode: str = "RGB", **saved: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size, "white").save(out, kind, **saved)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 50,000 by 50,000 pixels."""
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


@pytest.fixture
def office(rosa: httpx.AsyncClient, neighbours: Neighbours) -> httpx.AsyncClient:
    """Somebody of the office, of whom identity takes every logo."""
    who = world.ROSA.model_copy(update={"staff_roles": frozenset({"office"})})
    session = SessionPrincipal(principal=who, expires_at=datetime.now(UTC) + timedelta(hours=1))
    neighbours.answer(ResolveSession, session)
    neighbours.answer(GetBranch, BRANCH)
    neighbours.answer(ChangeLogo, lambda message: _branch(message["logo"]))
    return rosa


def _branch(logo: dict[str, Any] | None) -> BranchView:
    brand = Brand.model_validate({"name": "Evergreen Austin", "logo": logo})
    return BRANCH.model_copy(update={"brand": brand})


async def put(office: httpx.AsyncClient, content: bytes, name: str = "logo.png") -> httpx.Response:
    return await office.put(f"{ONE}/logo", files={"file": (name, content, "image/png")})


# Taking in


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_a_picture_is_kept_as_a_png_under_its_hash(
    app: FastAPI, office: httpx.AsyncClient, neighbours: Neighbours, kind: str
) -> None:
    answer = await put(office, picture(kind))
    assert answer.status_code == 200
    (asked,) = neighbours.calls(ChangeLogo)
    kept = FileView.model_validate(asked.message["logo"])
    assert answer.json()["brand"]["logo"] == kept.model_dump()
    assert kept.key == f"identity/{world.COMPANY}/logos/{kept.sha256}.png"
    content = bytes((await app.state.files.get_async(kept.key)).bytes())
    assert len(content) == kept.size
    with Image.open(BytesIO(content)) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (300, 100))


def test_a_large_picture_is_made_smaller_and_stands_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    with Image.open(BytesIO(logos.redrawn(picture("JPEG", (1000, 4000), exif=exif)))) as drawn:
        assert drawn.size == (600, 150)
    with Image.open(BytesIO(logos.redrawn(picture("PNG", (100, 400))))) as drawn:
        assert drawn.size == (50, 200)


def test_nothing_that_a_file_says_besides_its_pixels_is_kept() -> None:
    exif, text = Image.Exif(), PngImagePlugin.PngInfo()
    exif[0x010E] = "The office of Ada, 12 Main Street"
    text.add_text("Author", "The office of Ada")
    for content in (
        picture("JPEG", exif=exif, comment=b"The office of Ada"),
        picture("PNG", exif=exif, pnginfo=text, icc_profile=b"The office of Ada"),
    ):
        assert b"Ada" in content
        drawn = logos.redrawn(content)
        assert b"Ada" not in drawn
        assert set(chunks(drawn)) == {b"IHDR", b"IDAT", b"IEND"}


def chunks(png: bytes) -> list[bytes]:
    found, at = [], 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4])
        found.append(png[at + 4 : at + 8])
        at += 12 + length
    return found


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_way_of_keeping_pixels_is_understood(mode: str) -> None:
    out = BytesIO()
    Image.new(mode, (30, 10)).save(out, "PNG")
    with Image.open(BytesIO(logos.redrawn(out.getvalue()))) as drawn:
        assert drawn.mode == "RGBA"


def test_a_picture_for_printing_is_understood() -> None:
    logos.redrawn(picture("JPEG", mode="CMYK"))


def test_transparency_stays() -> None:
    out = BytesIO()
    Image.new("RGBA", (30, 10), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(BytesIO(logos.redrawn(out.getvalue()))) as drawn:
        assert drawn.getpixel((0, 0)) == (0, 0, 0, 0)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (SVG, 415),
        (picture("GIF"), 415),
        (b"", 415),
        (picture("PNG")[:60], 415),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), 415),
        (bomb(), 413),
        (picture("PNG", (5000, 4000), mode="1"), 413),
        (bytes(logos.LARGEST_FILE + 1), 413),
    ],
    ids=["svg", "gif", "nothing", "half", "noise", "bomb", "too many pixels", "too large"],
)
async def test_what_is_no_logo_is_refused_and_changes_nothing(
    office: httpx.AsyncClient, neighbours: Neighbours, content: bytes, status: int
) -> None:
    answer = await put(office, content)
    assert (answer.status_code, answer.json()["field"]) == (status, "file")
    assert not neighbours.calls(ChangeLogo)


async def test_only_who_may_change_the_branch_brings_a_picture(
    app: FastAPI, rosa: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    assert (await put(rosa, picture("PNG"))).status_code == 403
    assert not neighbours.calls(GetBranch)


async def test_nothing_is_kept_for_a_branch_that_is_not_there(
    app: FastAPI, office: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetBranch, not_found())
    assert (await put(office, picture("PNG"))).status_code == 404
    assert not [each for page in app.state.files.list() for each in page]


async def test_only_this_route_takes_a_file_and_it_takes_nothing_else(office: httpx.AsyncClient) -> None:
    files = {"file": ("logo.png", picture("PNG"), "image/png")}
    for method, path in (("PATCH", ONE), ("POST", f"{ONE}/logo"), ("PUT", f"{ONE}/logo/x"), ("PUT", f"{ONE}/settings")):
        assert (await office.request(method, path, files=files)).status_code == 415
    assert (await office.put(f"{ONE}/logo", json={"file": "x"})).status_code == 415
    assert (await office.put(f"{ONE}/logo", data={"file": "x"}, files={"other": b"x"})).status_code == 422


async def test_a_logo_is_taken_away(office: httpx.AsyncClient, neighbours: Neighbours) -> None:
    answer = await office.delete(f"{ONE}/logo")
    assert (answer.status_code, answer.json()["brand"]["logo"]) == (200, None)


# Showing


@pytest.fixture
async def logo(app: FastAPI, neighbours: Neighbours) -> FileView:
    """The logo of Priya's portal."""
    content = logos.redrawn(picture("PNG"))
    kept = await files.keep(app.state.files, "logos", "logo.png", "image/png", content)
    pages_world.know_portal(neighbours)
    brand = Brand(name="Evergreen Austin", logo=kept)
    neighbours.answer(GetPortal, PortalView(slug="evergreen-austin", brand=brand, settings=PortalSettings()))
    return kept


async def test_anybody_sees_the_logo_and_keeps_it_under_its_own_address(
    client: httpx.AsyncClient, logo: FileView
) -> None:
    told = (await client.get("/api/v1/portals/evergreen-austin")).json()
    assert told["logo_url"] == f"https://portal.example{SHOWN}?v={logo.sha256[:12]}"
    assert told["brand"]["logo_url"] == told["logo_url"]
    answer = await client.get(told["logo_url"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.content) == logo.size
    again = await client.get(told["logo_url"], headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for other in (SHOWN, f"{SHOWN}?v=000000000000"):
        assert (await client.get(other)).headers["cache-control"] == "public, max-age=300"


async def test_a_portals_pages_show_its_logo(client: httpx.AsyncClient, logo: FileView, neighbours: Neighbours) -> None:
    address = f"{SHOWN}?v={logo.sha256[:12]}"
    assert f'src="{address}"' in (await client.get("/evergreen-austin/login")).text
    who = pages_world.priya()
    assert who.portal
    portal = who.portal.model_copy(update={"logo": logo.sha256})
    pages_world.sign_in(client, neighbours, who.model_copy(update={"portal": portal}))
    assert f'src="{address}"' in (await client.get("/evergreen-austin/dashboard")).text


async def test_a_portal_without_a_logo_has_none(client: httpx.AsyncClient, neighbours: Neighbours) -> None:
    pages_world.know_portal(neighbours)
    assert (await client.get(SHOWN)).status_code == 404
    assert "<img" not in (await client.get("/evergreen-austin/login")).text


def test_a_refusal_names_its_field() -> None:
    with pytest.raises(DomainError) as refusal:
        logos.redrawn(SVG)
    assert refusal.value.details == {"field": "file", "reason": "file_type"}
