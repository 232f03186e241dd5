"""The name that a file was sent under, as data: no path, nothing invisible, and the ending of what it is."""

import unicodedata

LONGEST = 150

_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Categories of control characters, of marks that reverse a line's direction, and of what is no character."""


def clean(sent: str, endings: tuple[str, ...]) -> str:
    """The last part of the name, in visible characters, with one of the endings such as `.jpg`.

    A name that ends otherwise gets the first of them, so that no system takes the file for what it is not.
    """
    last = sent.replace("\\", "/").rpartition("/")[2]
    seen = "".join(each for each in unicodedata.normalize("NFC", last) if unicodedata.category(each) not in _INVISIBLE)
    stem = " ".join(seen.split())
    ending = next((each for each in endings if stem.lower().endswith(each)), "")
    stem = stem.removesuffix(stem[-len(ending) :] if ending else "").strip(". ")
    ending = ending or endings[0]
    return f"{stem[: LONGEST - len(ending)].strip() or 'file'}{ending}"
