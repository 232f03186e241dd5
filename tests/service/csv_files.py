"""CSV files for tests."""

import csv
import io
from collections.abc import Iterable, Mapping


def csv_of(rows: Iterable[Mapping[str, str]]) -> bytes:
    """The rows under a header of all their columns."""
    listed = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, list({name: None for row in listed for name in row}))
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue().encode()
