"""The rows of the form that says what a proposal offers."""

from gateway.office.offers import MOST_LINES, rows_typed, services_typed
from gateway.office.sending import Typed


def _typed(lines: int) -> Typed:
    cells = {"what": "Mowing", "quantity": "1", "price": "120", "tax": ""}
    values = {f"{cell}-0-{at}": text for at in range(lines) for cell, text in cells.items()}
    return Typed("/office/proposals/new", {"name-0": "Grounds", "about-0": "", **values}, {})


def test_a_service_with_more_lines_than_can_be_added_keeps_them_all() -> None:
    typed = _typed(MOST_LINES + 5)
    errors: dict[str, str] = {}

    assert len(services_typed(typed, errors)[0]["lines"]) == MOST_LINES + 5
    assert not errors


def test_a_form_grows_only_so_far() -> None:
    assert rows_typed(_typed(1)).grown("0").lines == (2,)
    assert rows_typed(_typed(MOST_LINES)).grown("0").lines == (MOST_LINES,)
