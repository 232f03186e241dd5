"""Appends pages to a PDF without changing a byte of it: they come after its end, as an update."""

from io import BytesIO

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader


def append(writer: IncrementalPdfFileWriter, pdf: bytes) -> None:
    """Adds all pages of `pdf`, with their tags where both have them, so that they are read aloud as the others are."""
    source = PdfFileReader(BytesIO(pdf))
    tagged = "/StructTreeRoot" in source.root and "/StructTreeRoot" in writer.root
    pages = _references(source.root["/Pages"]["/Kids"])
    for page in pages:
        # Or the whole document that they come from would be copied with them.
        del page.get_object()["/Parent"]
    copied = _copied(writer, source, [*pages, *([source.root.raw_get("/StructTreeRoot")] if tagged else [])])
    if tagged:
        _join_tags(writer, [page.get_object() for page in copied[:-1]], copied[-1].get_object())
    _shelve(writer, copied[: len(pages)])


def _copied(
    writer: IncrementalPdfFileWriter, source: PdfFileReader, wanted: list[IndirectObject]
) -> list[IndirectObject]:
    """Pages and tags together, for each names the other."""
    together = ArrayObject(wanted)
    together.container_ref = source.root.container_ref
    copied = writer.import_object(together)
    assert isinstance(copied, ArrayObject)
    return _references(copied)


def _references(several: ArrayObject) -> list[IndirectObject]:
    return [several.raw_get(index) for index in range(len(several))]


def _shelve(writer: IncrementalPdfFileWriter, pages: list[IndirectObject]) -> None:
    """Puts the pages after the last one."""
    shelf = writer.root.raw_get("/Pages")
    for page in pages:
        page.get_object()["/Parent"] = shelf
    parent = shelf.get_object()
    parent["/Kids"].extend(pages)
    parent["/Count"] = NumberObject(int(parent["/Count"]) + len(pages))
    for changed in (parent, parent["/Kids"]):
        writer.update_container(changed)


def _join_tags(writer: IncrementalPdfFileWriter, pages: list[DictionaryObject], tree: DictionaryObject) -> None:
    """Hangs the tags of the pages into the document's own tree, as its last part."""
    own = writer.root["/StructTreeRoot"]
    first_key = int(own["/ParentTreeNextKey"])
    for page in pages:
        page["/StructParents"] = NumberObject(int(page["/StructParents"]) + first_key)
    numbers, added = own["/ParentTree"]["/Nums"], tree["/ParentTree"]["/Nums"]
    for index in range(0, len(added), 2):
        numbers.extend([NumberObject(int(added[index]) + first_key), added.raw_get(index + 1)])
    own["/ParentTreeNextKey"] = NumberObject(first_key + int(tree["/ParentTreeNextKey"]))
    roles = DictionaryObject({**tree.get("/RoleMap", {}), **own.get("/RoleMap", {})})
    if roles:
        own["/RoleMap"] = roles
    document = own["/K"].raw_get(0)
    parts = _references(tree["/K"])
    for part in parts:
        part.get_object()["/S"] = NameObject("/Part")
        part.get_object()["/P"] = document
    kids = document.get_object()["/K"]
    kids.extend(parts)
    for changed in (own, numbers, document.get_object(), kids):
        writer.update_container(changed)
