"""Photos and documents come in through the gateway: checked, drawn anew, kept, and sent out as downloads."""

from io import BytesIO

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image

from services.contracts.errors import not_found
from services.contracts.fieldwork.attachments import ConfirmAttachment, GetUploadTerms, ReserveAttachment, UploadTerms
from tests.gateway.neighbours import Neighbours
from tests.gateway.uploads import Attaching, content, kept
from tests.gateway.world import id_of

pytestmark = pytest.mark.anyio

ADDRESS = f"/api/v1/requests/{id_of('request')}/attachments"
ORIENTATION, GPS = 0x0112, 0x8825


def photo(size: tuple[int, int] = (1200, 800), kind: str = "JPEG") -> bytes:
    """A picture that lies on its side and says where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[GPS] = {1: "N", 2: (30.0, 16.0, 2.0), 3: "W", 4: (97.0, 44.0, 35.0)}
    out = BytesIO()
    Image.new("RGB", size, "navy").save(out, kind, exif=exif, comment=b"taken by somebody")
    return out.getvalue()


@pytest.fixture
def attaching(neighbours: Neighbours) -> Attaching:
    return Attaching(neighbours)


async def send(priya: httpx.AsyncClient, data: bytes, name: str = "photo.jpg", **headers: str) -> httpx.Response:
    return await priya.post(ADDRESS, files={"file": (name, data, "image/jpeg")}, headers=headers)


async def test_a_photo_is_kept_upright_and_without_where_it_was_taken(
    app: FastAPI, priya: httpx.AsyncClient, attaching: Attaching
) -> None:
    answer = await send(priya, photo())
    assert answer.status_code == 201
    assert (answer.json()["name"], answer.json()["is_picture"]) == ("photo.jpg", True)
    file = attaching.file()
    data = content(app, file.key)
    assert (file.size, file.content_type) == (len(data), "image/jpeg")
    with Image.open(BytesIO(data)) as picture:
        assert picture.size == (800, 1200)
        assert not picture.getexif()
        assert "comment" not in picture.info


async def test_a_photo_and_its_thumbnail_are_sent_out_as_what_they_are(
    priya: httpx.AsyncClient, attaching: Attaching
) -> None:
    address = f"{ADDRESS}/{(await send(priya, photo())).json()['id']}"
    download = await priya.get(address)
    assert download.headers["content-disposition"] == 'attachment; filename="photo.jpg"'
    thumbnail = await priya.get(f"{address}/thumbnail")
    assert thumbnail.headers["content-type"] == "image/jpeg"
    with Image.open(BytesIO(thumbnail.content)) as small:
        assert small.size == (320, 480)


async def test_sent_twice_under_one_key_it_is_one_file(
    app: FastAPI, priya: httpx.AsyncClient, attaching: Attaching
) -> None:
    first = await send(priya, photo(), **{"Idempotency-Key": "once"})
    second = await send(priya, photo(), **{"Idempotency-Key": "once"})
    assert first.json()["id"] == second.json()["id"]
    assert len(kept(app)) == 2, "the picture and its thumbnail"


async def test_who_may_not_attach_is_refused_before_the_file_is_read(
    app: FastAPI, priya: httpx.AsyncClient, neighbours: Neighbours, attaching: Attaching
) -> None:
    neighbours.answer(GetUploadTerms, not_found())
    assert (await send(priya, b"not even a picture")).status_code == 404
    neighbours.answer(GetUploadTerms, UploadTerms(remaining=0))
    assert (await send(priya, photo())).json()["reason"] == "too_many"
    assert not neighbours.calls(ReserveAttachment)
    assert kept(app) == []


async def test_a_place_given_up_meanwhile_leaves_nothing_in_the_store(
    app: FastAPI, priya: httpx.AsyncClient, neighbours: Neighbours, attaching: Attaching
) -> None:
    neighbours.answer(ConfirmAttachment, not_found())
    assert (await send(priya, photo())).status_code == 404
    assert kept(app) == []
