"""The words of the mails in each language: English as the templates have them, the others from `locale/`."""

from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from services.contracts.principals import Language

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "mails"
SOURCE: Language = "en"
"""The language that templates are written in."""


@cache
def of(language: Language) -> NullTranslations:
    """The catalogue, read once; what it does not have stays English, and a test finds it."""
    if language == SOURCE:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read(language))
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)


def read(language: Language) -> Catalog:
    """The catalogue as translators edit it."""
    with (LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=language)
