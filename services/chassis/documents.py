"""Makes PDFs from Typst templates: tagged, archivable, and off the event loop."""

import json
from pathlib import Path
from typing import Any

import typst

from services.chassis.offload import offload


def render(template: Path, data: dict[str, Any]) -> bytes:
    """The PDF of a template. It reads `data` with `json(bytes(sys.inputs.data))`; all of it is text to Typst,
    so nothing in it can run."""
    return offload(_compile, template, data)


def _compile(template: Path, data: dict[str, Any]) -> bytes:
    return typst.compile(
        template,
        root=template.parent,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards="a-2a",
        format="pdf",
    )
