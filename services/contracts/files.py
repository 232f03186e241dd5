"""Where a document lies; its bytes never cross the bus."""

from services.contracts.messages import View


class FileView(View):
    """A stored file: `key` names it in the file store, `name` is what a download is called."""

    key: str
    name: str
    content_type: str
    size: int
    sha256: str
