"""Passwords, tokens and cursors, for whatever comes."""

import base64
from uuid import UUID

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from services.contracts.errors import DomainError
from services.identity import pages, passwords, tokens

typed = some.text(some.characters(exclude_categories=["Cs"]), max_size=200)


@settings(max_examples=5, deadline=None)
@given(typed, typed)
def test_a_password_matches_its_own_hash_alone(password: str, other: str) -> None:
    kept = passwords.hashed(password)
    assert passwords.matches(password, kept)
    assert passwords.matches(other, kept) is (other == password)


def test_a_hash_says_that_it_is_argon2id_as_the_cheat_sheet_asks() -> None:
    assert passwords.hashed("portico-demo-2026").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_nobodys_password_is_never_right() -> None:
    assert not passwords.matches("", None)
    assert not passwords.matches("portico-demo-2026", None)


def test_a_token_is_not_kept_as_it_is_told() -> None:
    token = tokens.new_token()
    assert len(token) == 43
    assert token != tokens.new_token()
    assert token.encode() not in tokens.digest(token)


@given(some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0")), some.uuids())
def test_a_cursor_stands_after_the_row_that_it_was_made_of(name: str, row_id: UUID) -> None:
    assert pages.decode(pages.encode(name, row_id)) == (name, row_id)


@given(some.text())
def test_any_other_text_is_refused_as_a_cursor(cursor: str) -> None:
    with pytest.raises(DomainError) as refused:
        pages.decode(cursor)
    assert refused.value.code == "invalid"


def test_a_cursor_that_the_database_would_choke_on_is_refused() -> None:
    for name in ("a\0b", 7, None, ["a"]):
        cursor = base64.urlsafe_b64encode(orjson.dumps([name, UUID(int=7)])).decode()
        with pytest.raises(DomainError):
            pages.decode(cursor)
