"""Passwords and tokens, for whatever comes."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from services.identity import passwords, tokens
from services.identity.settings import identity_settings

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


def test_a_code_is_eight_digits_and_the_word_beside_it_has_none() -> None:
    for _ in range(50):
        assert len(tokens.new_code()) == 8 and tokens.new_code().isdecimal()
        assert len(tokens.new_word()) == 45 and tokens.new_word().isalpha()


def test_what_is_kept_of_a_code_depends_on_whose_it_is_where_and_on_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = UUID(int=1), UUID(int=2)

    def kept(secret: str) -> list[bytes]:
        monkeypatch.setenv("IDENTITY_SECRET", secret)
        identity_settings.cache_clear()
        asked = ((here, "priya@lakeside.test"), (there, "priya@lakeside.test"), (here, "ben@lakeside.test"))
        return [tokens.code_digest(branch_id, email, "30417295") for branch_id, email in asked]

    told = kept("a" * 32) + kept("b" * 32)
    identity_settings.cache_clear()
    assert len(set(told)) == 6
