"""Passwords and tokens, for whatever comes."""

from hypothesis import given, settings
from hypothesis import strategies as some

from services.identity import passwords, tokens

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
