"""A drawn signature is taken only if it is a bounded PNG with something on it, and is drawn anew."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from services.contracts.errors import DomainError
from services.proposals import marks
from tests.unit.proposals.pictures import data_url, png, png_that_claims

STROKE = png()


def test_a_drawing_becomes_a_small_grey_picture_on_white() -> None:
    with Image.open(BytesIO(marks.drawing(data_url(STROKE)))) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", "L", marks.DRAWN)
        assert picture.getpixel((0, 0)) == 255
        assert min(picture.tobytes()) < 100


def test_nothing_but_the_picture_survives() -> None:
    assert b"payload" not in marks.drawing(data_url(STROKE + b"payload"))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not a readable PNG"),
        (b"\x89PNG\r\n\x1a\n", "not a readable PNG"),
        (b"GIF89a" + STROKE, "not a readable PNG"),
        (STROKE[: len(STROKE) // 2], "not a readable PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a readable PNG"),
        (png(blank=True), "blank"),
        (png((3001, 10)), "larger"),
        (png((10, 1501)), "larger"),
        (png_that_claims(60_000, 60_000), "not a readable PNG"),
        (png_that_claims(3000, 1500), "not a readable PNG"),
        (png_that_claims(0, 5), "not a readable PNG"),
    ],
)
def test_what_is_no_signature_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(DomainError, match=why) as refused:
        marks.drawing(data_url(content))
    assert (refused.value.code, refused.value.details["field"]) == ("invalid", "signature")


def test_text_that_is_not_base64_is_refused() -> None:
    with pytest.raises(DomainError, match="not a readable PNG"):
        marks.drawing(marks.PREFIX + "!!!")


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(STROKE) - 1), st.integers(0, 255), st.integers(0, 40))
def test_a_damaged_picture_is_either_readable_or_refused(at: int, byte: int, cut: int) -> None:
    damaged = bytearray(STROKE)
    damaged[at] = byte
    try:
        marks.drawing(data_url(bytes(damaged[: len(damaged) - cut])))
    except DomainError as refused:
        assert refused.code == "invalid"
