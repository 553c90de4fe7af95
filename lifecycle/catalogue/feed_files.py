"""A store's export as it lies on disk: zipped or not, in whatever encoding, read line by line in bounded memory."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from lifecycle.errors import Invalid

HEAD_BYTES = 65_536
LINE_LIMIT = 2_000_000  # characters; a longer line is no product and is passed over without being held

Fields = dict[str, Any]
Row = tuple[int, "Fields | Invalid"]

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
_NO_TEXT = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive; save it as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook; save it as CSV"),
    (b"%PDF", "a PDF; export the catalogue as CSV, XML or JSON Lines"),
    (b"SQLite format 3", "a database; export the catalogue as CSV, XML or JSON Lines"),
)


class BrokenOff(Invalid):
    """The file ends in the middle: what is missing from it says nothing."""


def open_bytes(path: Path) -> IO[bytes]:
    """The file's bytes, unzipped when they are gzip, whatever its name says."""
    with open(path, "rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if zipped else open(path, "rb")  # type: ignore[return-value]


def head_of(path: Path) -> bytes:
    """The first bytes of the file; raises Invalid when it cannot be read, is empty or is no text."""
    try:
        with open_bytes(path) as opened:
            head = opened.read(HEAD_BYTES)
    except gzip.BadGzipFile as error:
        raise Invalid(f"{path} is a damaged gzip file; export it again.") from error
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror or error}.") from error
    except (EOFError, zlib.error) as error:
        raise Invalid(f"{path} is a damaged gzip file; export it again.") from error
    if not head.strip(b"\0 \r\n\t\xff\xfe\xef\xbb\xbf"):
        raise Invalid(f"{path} is empty; export the catalogue again.")
    for mark, what in _NO_TEXT:
        if head.startswith(mark):
            raise Invalid(f"{path} is {what}.")
    return head


def encoding_of(head: bytes) -> str:
    """The encoding told by a byte order mark, by where the zero bytes lie, or by what can be read as UTF-8."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = head[start::2]
        if half.count(0) * 3 > len(half):
            return name
    text = codecs.getincrementaldecoder("utf-8")("lifecycle-feed").decode(head, final=len(head) < HEAD_BYTES)
    strange = sum(char > "\x7f" for char in text)
    wrong = _misread(head)
    return "cp1252" if wrong and wrong * 2 > strange else "utf-8-sig"


def check_encoding(name: str) -> str:
    """The name of a text encoding Python knows; raises Invalid for any other."""
    try:
        "".encode(name)
        return codecs.lookup(name).name
    except (LookupError, ValueError) as error:
        raise Invalid(f"The encoding {name[:40]!r} is not known; write one like utf-8, cp1252 or shift_jis.") from error


def lines(path: Path, encoding: str) -> Iterator[tuple[int, str | Invalid]]:
    """(line number, text with its line end) of every line; Invalid instead of one that is too long to be a product.

    A zipped file that ends in the middle ends with BrokenOff.  Bytes that do not belong to the encoding are read as
    Windows-1252, which is what programs mix into UTF-8.
    """
    number = 0
    with open_bytes(path) as opened, io.TextIOWrapper(opened, encoding, errors="lifecycle-feed", newline="") as text:
        try:
            while line := text.readline(LINE_LIMIT):
                number += 1
                if len(line) < LINE_LIMIT or line.endswith(("\n", "\r")):
                    yield number, line
                    continue
                while line and not line.endswith(("\n", "\r")):
                    line = text.readline(LINE_LIMIT)
                yield number, Invalid(f"The line is longer than {LINE_LIMIT} characters.")
        except (EOFError, zlib.error, gzip.BadGzipFile):
            yield number + 1, BrokenOff("The gzip file breaks off or is damaged here.")
        except UnicodeError:
            yield number + 1, BrokenOff(f"The file breaks off in the middle of a character, read as {encoding}.")


def pieces(path: Path, encoding: str) -> Iterator[str | Invalid]:
    """The whole text in pieces, for formats without lines; BrokenOff at the end when the file ends in the middle."""
    with open_bytes(path) as opened, io.TextIOWrapper(opened, encoding, errors="lifecycle-feed", newline="") as text:
        try:
            while piece := text.read(HEAD_BYTES):
                yield piece
        except (EOFError, zlib.error, gzip.BadGzipFile):
            yield BrokenOff("The gzip file breaks off or is damaged here.")
        except UnicodeError:
            yield BrokenOff(f"The file breaks off in the middle of a character, read as {encoding}.")


def _windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.encoding.lower().replace("_", "-").startswith(("utf-8", "utf8")):
        return error.object[error.start : error.end].decode("cp1252", "replace"), error.end
    if error.reason == "truncated data":
        raise error  # half a character, at the very end
    return "\ufffd", error.end


codecs.register_error("lifecycle-feed", _windows)


def _misread(head: bytes) -> int:
    """How many places of the head are not UTF-8, a character cut off at its end aside."""
    wrong = 0

    def count(error: UnicodeError) -> tuple[str, int]:
        nonlocal wrong
        wrong += 1
        return "", getattr(error, "end", 0)

    codecs.register_error("lifecycle-count", count)
    codecs.getincrementaldecoder("utf-8")("lifecycle-count").decode(head, final=len(head) < HEAD_BYTES)
    return wrong
