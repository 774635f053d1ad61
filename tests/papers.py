"""Reads a PDF of the report: its text, its fonts, and whether it can be read aloud."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader


def squashed(text: str) -> str:
    """Return a text without any spaces: where a line ends is the typesetter's."""
    return "".join(text.split()).replace("\u200b", "").replace("\u00ad", "")


def text(pdf: bytes) -> str:
    """Return all text of a PDF, squashed."""
    return squashed("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def fonts(pdf: bytes) -> dict[str, bool]:
    """Return the fonts of a PDF by name, and whether each is in the file."""
    found = {}
    for page in PdfReader(BytesIO(pdf)).pages:
        for reference in page["/Resources"].get("/Font", {}).values():
            font = reference.get_object()
            (of,) = font.get("/DescendantFonts", [font])
            described = of.get_object()["/FontDescriptor"]
            embedded = {"/FontFile", "/FontFile2", "/FontFile3"} & described.keys()
            found[str(font["/BaseFont"]).partition("+")[2]] = bool(embedded)
    return found


def links(pdf: bytes) -> list[str]:
    """Return the addresses that a PDF links to."""
    pages = PdfReader(BytesIO(pdf)).pages
    notes = [note.get_object() for page in pages for note in page.get("/Annots", [])]
    return [str(note["/A"]["/URI"]) for note in notes if "/URI" in note.get("/A", {})]


def can_be_read_aloud(pdf: bytes) -> bool:
    """Return whether a PDF says that it is PDF/UA: tagged, with a title and a language."""
    root = PdfReader(BytesIO(pdf)).trailer["/Root"]
    metadata = root["/Metadata"].get_object().get_data()
    return b"pdfuaid" in metadata and "/StructTreeRoot" in root and "/Lang" in root


def pages(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    return len(PdfReader(BytesIO(pdf)).pages)
