"""Makes PDFs from Typst templates: tagged, archivable, and off the event loop."""

import json
from pathlib import Path
from typing import Any

import structlog
import typst

from services.chassis.offload import offload

log = structlog.get_logger()


def render(template: Path, data: dict[str, Any]) -> bytes:
    """The PDF of a template. It reads `data` with `json(bytes(sys.inputs.data))`; all of it is text to Typst,
    so nothing in it can run."""
    return offload(_compile, template, data)


def _compile(template: Path, data: dict[str, Any]) -> bytes:
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    try:
        return typst.compile(template, root=template.parent, sys_inputs=inputs, pdf_standards="a-2a", format="pdf")
    except typst.TypstError as error:
        # An archivable PDF must have every character in its fonts. One without a glyph is better than none.
        log.warning("a document is not archivable", template=template.name, error=str(error))
        return typst.compile(template, root=template.parent, sys_inputs=inputs, format="pdf")
