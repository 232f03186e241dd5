"""The name that a file was sent under, as data: no path, nothing invisible, and the ending of what it is."""

import unicodedata

LONGEST = 150

_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Categories of control characters, of marks that reverse a line's direction, and of what is no character."""


def clean(sent: str, ending: str) -> str:
    """The last part of the name, in visible characters, ending in `ending` such as `.jpg`.

    A name whose ending says something else gets ours behind it, so that no system takes the file for what it is not.
    """
    last = sent.replace("\\", "/").rpartition("/")[2]
    seen = "".join(each for each in unicodedata.normalize("NFC", last) if unicodedata.category(each) not in _INVISIBLE)
    stem = " ".join(seen.split()).strip(". ")
    if stem.lower().endswith(ending):
        stem = stem[: -len(ending)].rstrip(". ")
    return f"{stem[: LONGEST - len(ending)].strip() or 'file'}{ending}"
