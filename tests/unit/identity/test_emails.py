"""Which e-mail addresses a person may be known by: those that a mail can be sent to."""

import pytest
from pydantic import TypeAdapter, ValidationError

from services.contracts.identity.people import Email

EMAIL: TypeAdapter[str] = TypeAdapter(Email)


def test_an_address_has_one_spelling() -> None:
    assert EMAIL.validate_python("Priya@LAKESIDE.test") == "priya@lakeside.test"


@pytest.mark.parametrize(
    "address", ["é@lakeside.test", "a\r\nb@lakeside.test", "a@b.test, c@d.test", '"a b"@lakeside.test', "a@[127.0.0.1]"]
)
def test_an_address_that_no_mail_reaches_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        EMAIL.validate_python(address)
