"""From the bytes of a file to text, whichever program wrote it; what is no text is refused in words."""

import codecs
import re

from charset_normalizer import from_bytes

from helpdesk.platform.errors import BadInput
from helpdesk.platform.language import Text

# Longer marks first: that of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# ZIP (newer workbooks are read before this), older workbooks, PDF, gzip, PNG, JPEG.
_PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_SAMPLE = 1_000
# Of files without a mark, in the likeliest languages of the West, the East and Japan, China and Korea.
_CODE_PAGES = ["cp1252", "cp1250", "cp1251", "cp1253", "cp932", "gb18030", "big5", "cp949"]
_LONG_SAMPLE = 16_000


class NotText(BadInput):
    def __init__(self) -> None:
        super().__init__(
            Text("The desk cannot read this file: it is a picture, a PDF, an archive or an older workbook."),
            Text(
                "It reads lists of addresses (CSV, Excel .xlsx, JSON) and mails that came back (.eml). "
                "Write “bulk” beside the file to clear its addresses, or “find” to look them up."
            ),
        )


def decode(content: bytes) -> str:
    """Raises NotText."""
    if content.startswith(_PACKED):
        raise NotText
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return text
    raise NotText


def _encodings(content: bytes) -> tuple[str, ...]:
    """Those the file may be in, the likeliest first."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return (encoding,)
    sample = content[:_SAMPLE]
    if sample.count(0) > len(sample) // 4:
        # Of letters that addresses are made of, one half of two bytes is empty: which one tells the order.
        return ("utf-16-le",) if sample[1::2].count(0) > sample[::2].count(0) else ("utf-16-be",)
    return ("utf-8", *_code_pages(content))


def _code_pages(content: bytes) -> tuple[str, ...]:
    """What its letters make most sense in; that of the West is tried last, since nearly everything can be read so."""
    if content.isascii():
        return ()
    found = from_bytes(content[:_LONG_SAMPLE], cp_isolation=_CODE_PAGES).best()
    return (found.encoding, "cp1252") if found else ("cp1252",)
