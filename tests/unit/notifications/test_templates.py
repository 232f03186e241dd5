"""Every mail in every language, with the sample that the office's preview shows."""

import re
from typing import Any, get_args

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

from services.billing import declines
from services.contracts.principals import Language
from services.notifications import catalogues, letters
from services.notifications import samples as previews
from services.notifications.letters import Letter
from services.notifications.rules import NOTICES, Template
from services.notifications.settings import notifications_settings
from tests.unit.notifications import samples
from tests.unit.notifications.test_letters import EVERY, Reader, kept

LANGUAGES: tuple[Language, ...] = get_args(Language)
TRANSLATED = [language for language in LANGUAGES if language != catalogues.SOURCE]
ONLY_BESIDE_A_BUTTON = "If the button does not work, copy this address into your browser:"
TEMPLATES: tuple[Template, ...] = get_args(Template)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:25")
    monkeypatch.setenv("PUBLIC_URL", "https://portico.example")
    monkeypatch.setenv("UNSUBSCRIBE_SECRET", "the key of the tests' unsubscribing")
    notifications_settings.cache_clear()


def written(template: Template, language: Language) -> Letter:
    """The mail as the preview shows it."""
    told = previews.of(template, samples.branch())
    return letters.write(template, told, previews.RECIPIENT, "priya@lakeside.test", "<1@x>", samples.NOON, language)


def extracted() -> set[str | tuple[str, ...]]:
    """Every string of the templates that is to be translated."""
    methods = [("**.jinja", "jinja2"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
    options: dict[str, Any] = {pattern: {"trimmed": "true"} for pattern, _ in methods}
    found = extract_from_dir(str(letters.TEMPLATES), methods, options)
    return {message for _, _, message, _, _ in found} | {*declined()}


def declined() -> set[str]:
    """What billing says of a payment that failed."""
    tables = (declines._SENTENCES, declines._BANK_SENTENCES)
    said = {sentence for table in tables for sentence in table.values()}
    return {*said, declines._OTHERWISE, declines._BANK_OTHERWISE}


def words(text: str) -> set[str]:
    """The words of a text, without addresses."""
    return set(re.findall(r"[^\W\d_]{3,}", re.sub(r"https?://\S+", " ", text)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_mail_is_whole_in_every_language(template: Template, language: Language) -> None:
    mail = written(template, language)
    page = Reader(mail.html)
    assert f'<html lang="{language}"' in mail.html and page.seen.count("h1") == 1
    assert mail.subject and "\n" not in mail.subject and len(mail.subject) < 120
    for unwritten in ("{{", "{%", "%(", "None", "Money(", "2026-05-"):
        assert unwritten not in mail.subject + mail.text + page.text
    assert all(address in mail.text for address in page.links)
    assert words(page.shown) - words(mail.text) - words(catalogues.of(language).gettext(ONLY_BESIDE_A_BUTTON)) == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_string_is_translated_and_none_is_doubtful_or_left_over(language: Language) -> None:
    catalogue = catalogues.read(language)
    assert {each for each in extracted() if not is_translated(catalogue, each)} == set()
    assert [each.id for each in catalogue if each.id and each.fuzzy] == []
    assert {each.id for each in catalogue if each.id} - extracted() == set()


def is_translated(catalogue: Catalog, message: str | tuple[str, ...]) -> bool:
    """Whether it has a translation with the same placeholders."""
    found = catalogue.get(message)
    if found is None or not found.string:
        return False
    one, other = message if isinstance(message, tuple) else (message, message)
    said = (found.string,) if isinstance(found.string, str) else tuple(found.string)
    return all(said) and holes(said[-1]) == holes(other) and holes(said[0]) <= holes(other) | holes(one)


def holes(text: str) -> set[str]:
    """The names that a sentence is completed with."""
    return set(re.findall(r"%\((\w+)\)s", text))


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_translated_mail_shares_no_sentence_with_the_english_one(template: Template, language: Language) -> None:
    def sentences(language: Language) -> set[str]:
        told = previews.of(template, samples.branch())
        typed = {line for value in told.values() if isinstance(value, str) for line in value.splitlines()}
        lines = {line.strip() for line in written(template, language).text.splitlines()} - typed
        return {line for line in lines if len(line.split()) > 3 and "http" not in line}

    assert sentences(language) & sentences(catalogues.SOURCE) == set()


@pytest.mark.parametrize(("template", "event"), EVERY, ids=[template for template, _ in EVERY])
def test_a_sample_tells_what_the_mail_of_an_event_tells(template: Template, event: Any) -> None:
    everywhere: dict[str, Any] = {"time_zone": "", "preferences_url": None}
    assert shape({**everywhere, **previews.of(template, samples.branch())}) == shape(
        {**everywhere, **kept(template, event)}
    )


def shape(told: dict[str, Any]) -> set[str]:
    """The names that a template finds."""
    return set(told)


def test_every_mail_has_its_folder_its_notice_and_its_event_here() -> None:
    folders = {each.name for each in letters.TEMPLATES.iterdir() if each.is_dir()}
    assert folders == {*TEMPLATES} == {notice.template for notice in NOTICES} == {template for template, _ in EVERY}


def test_amounts_and_days_are_written_as_spanish_speakers_in_the_united_states_do() -> None:
    mail = written("invoice_shared", "es")
    assert "$1,000.00" in mail.text and "26 de mayo de 2026" in mail.text
    assert "12:05" in written("receipt", "es").text


def test_what_was_agreed_to_keeps_the_words_it_was_agreed_in() -> None:
    mail = written("mandate", "es")
    assert "I authorize Evergreen Grounds" in mail.text
    assert 'lang="en"' in mail.html


def test_a_logo_is_shown_with_the_brands_name_beside_it() -> None:
    told = previews.of("portals", samples.branch())
    told["brand"] = {**told["brand"], "logo_url": "https://portico.example/evergreen-austin/logo?v=1"}
    html = letters.write("portals", told, "Priya Shah", "priya@lakeside.test", "<1@x>", samples.NOON).html
    assert 'src="https://portico.example/evergreen-austin/logo?v=1"' in html and 'alt=""' in html


def test_a_mail_has_a_dark_side_and_a_narrow_one() -> None:
    html = written("receipt", "en").html
    assert "prefers-color-scheme: dark" in html and "max-width: 480px" in html and "color-scheme" in html
