"""What people type into identity's messages has a length that a page and a document can show."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from services.contracts.identity.contacts import AddColleague
from services.contracts.identity.staff import CreateStaffMember
from services.contracts.snapshots import Address

STAFF = {"name": "Otto", "email": "otto@evergreen.test", "roles": ["office"]}
ADDRESS = {"line1": "1 Main Street", "city": "Austin", "state": "TX", "zip": "78701"}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (CreateStaffMember, {**STAFF, "phone": "5" * 41}),
        (CreateStaffMember, {**STAFF, "phone": "call me"}),
        (AddColleague, {"name": "Chen\n\nPay here", "email": "chen@lakeside.test", "permissions": []}),
        (Address, {**ADDRESS, "line2": "x" * 201}),
    ],
)
def test_what_is_longer_or_other_than_its_kind_is_refused(kind: Any, fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(fields)


def test_what_is_refused_is_not_repeated_for_it_ends_up_in_a_log() -> None:
    with pytest.raises(ValidationError) as refused:
        AddColleague.model_validate({"name": "Chen\n", "email": "chen@lakeside.test at work", "permissions": []})
    assert "email" in str(refused.value)
    assert "Chen" not in str(refused.value) and "lakeside" not in str(refused.value)
