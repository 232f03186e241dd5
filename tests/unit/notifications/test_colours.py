"""Which shades of a brand's colour stay readable."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications import colours


def test_a_readable_colour_stays_as_it_is() -> None:
    assert colours.readable("#1f6f4a") == "#1f6f4a"
    assert colours.readable_at_night("#8fd0b0") == "#8fd0b0"


@pytest.mark.parametrize(
    ("shade", "behind"), [(colours.readable, colours.PAPER), (colours.readable_at_night, colours.NIGHT)]
)
@given(number=st.integers(min_value=0, max_value=0xFFFFFF))
def test_every_brand_colour_can_be_read_by_day_and_by_night(
    shade: Callable[[str], str], behind: colours.Channels, number: int
) -> None:
    found = shade(f"#{number:06x}")
    channels = tuple(int(found[at : at + 2], 16) for at in (1, 3, 5))
    assert len(found) == 7 and colours.contrast(channels, behind) >= colours.READABLE_CONTRAST


def test_contrast_is_measured_as_wcag_does() -> None:
    assert colours.contrast(colours.PAPER, colours.PAPER) == 1
    assert colours.contrast((0, 0, 0), colours.PAPER) == colours.contrast(colours.PAPER, (0, 0, 0)) == 21
    assert round(colours.contrast((118, 118, 118), colours.PAPER), 2) == 4.54
