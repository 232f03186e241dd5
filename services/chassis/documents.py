"""Makes PDFs from Typst templates: tagged, archivable, and off the event loop."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
import typst

from services.chassis.offload import offload

log = structlog.get_logger()


def render(template: Path, data: dict[str, Any], made_at: datetime | None = None) -> bytes:
    """The PDF of a template. It reads `data` with `json(bytes(sys.inputs.data))`; all of it is text to Typst,
    so nothing in it can run. It says that it was made at `made_at`, and with that named the bytes are the same
    each time; otherwise now."""
    return offload(_compile, template, data, made_at)


def _compile(template: Path, data: dict[str, Any], made_at: datetime | None) -> bytes:
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    moment = made_at.replace(microsecond=0) if made_at else None
    root = template.parent
    try:
        return typst.compile(
            template, root=root, sys_inputs=inputs, timestamp=moment, pdf_standards="a-2a", format="pdf"
        )
    except typst.TypstError as error:
        # An archivable PDF must have every character in its fonts. One without a glyph is better than none.
        log.warning("a document is not archivable", template=template.name, error=str(error))
        return typst.compile(template, root=root, sys_inputs=inputs, timestamp=moment, format="pdf")
