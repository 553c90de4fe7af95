"""A mail as bytes: headers and two bodies, plain text and HTML, as RFC 5322 and MIME want them on the wire.

The standard library's EmailMessage parses and folds every header anew and takes 4 ms for one of our mails, more than
all the rest of sending it; its parser checks this writer in the tests.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterable
from email.header import Header

_SPECIAL = frozenset('()<>[]:;@\\,."')
_LINE, _CRLF = 76, "\r\n"


def message(headers: Iterable[tuple[str, str]], text: bytes, html: bytes, *, boundary: str) -> bytes:
    """The whole mail with CRLF line ends; bodies are `quoted`, header values `words`, a `mailbox` or a line of ASCII.

    `boundary` must be of the letters, digits and `_` of a hash: `=_` before it can never stand in quoted-printable.
    """
    head = "\r\n".join(f"{name}: {value}" for name, value in headers)
    return b"".join(
        (
            head.encode(),
            b'\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="=_',
            boundary.encode(),
            b'"\r\n',
            *_part(b"plain", text, boundary),
            *_part(b"html", html, boundary),
            b"\r\n--=_",
            boundary.encode(),
            b"--\r\n",
        )
    )


def quoted(text: str) -> bytes:
    """A text in quoted-printable with CRLF line ends (RFC 2045, 6.7)."""
    return binascii.b2a_qp(text.encode(), istext=True).replace(b"\n", b"\r\n")


def words(header: str, text: str) -> str:
    """A text as the value of a header; what is not ASCII as encoded words, folded (RFC 2047)."""
    return text if text.isascii() else Header(text, "utf-8", header_name=header, maxlinelen=_LINE).encode(linesep=_CRLF)


def mailbox(name: str, address: str) -> str:
    """`Ada Byron <ada@example.com>`; the name quoted or encoded where it must be, the address as it is."""
    if not name:
        return address
    if not name.isascii():
        return f"{words('To', name)} <{address}>"
    if _SPECIAL & set(name):
        name = '"' + name.replace("\\", r"\\").replace('"', r"\"") + '"'
    return f"{name} <{address}>"


def _part(subtype: bytes, body: bytes, boundary: str) -> tuple[bytes, ...]:
    return (
        b"\r\n--=_",
        boundary.encode(),
        b"\r\nContent-Type: text/",
        subtype,
        b'; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n',
        body,
    )
