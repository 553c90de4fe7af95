"""The bytes of a mail: whatever is written, a mail program reads the same."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.channels import mime
from lifecycle.text import canonical, one_line

lines = st.text(max_size=200).map(one_line).filter(bool)
bodies = st.text(max_size=600).map(canonical).map(lambda text: "\n".join(map(str.rstrip, text.split("\n"))) + "\n")


def read(content):
    return message_from_bytes(content, policy=policy.default)


@given(subject=lines, text=bodies, html=bodies)
def test_any_subject_and_any_words_are_read_back(subject, text, html):
    content = mime.message(
        [("Subject", mime.words("Subject", subject))], mime.quoted(text), mime.quoted(html), boundary="0a1b"
    )
    message = read(content)
    assert " ".join(str(message["Subject"]).split()) == " ".join(subject.split())
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == text
    assert message.get_body(("html",)).get_content().replace("\r\n", "\n") == html
    assert content.isascii() and b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998, "RFC 5322, 2.1.1"


@pytest.mark.parametrize(
    "name", ["Ada", "Ada Byron", "Byron, Ada", 'Ada "the first" \\ Byron', "Zoë", "Zoë, née Müller", "李 雷", "a@b.c"]
)
def test_any_name_is_one_mailbox(name):
    message = read(mime.message([("To", mime.mailbox(name, "ada@example.com"))], b"x", b"x", boundary="0"))
    assert [(to.display_name, to.addr_spec) for to in message["To"].addresses] == [(name, "ada@example.com")]


def test_a_mailbox_without_a_name_is_its_address():
    assert mime.mailbox("", "ada@example.com") == "ada@example.com"


def test_a_long_link_in_a_header_stays_in_one_piece():
    """A folded header encodes what it cannot break, and no mailbox provider decodes an encoded List-Unsubscribe."""
    link = "<https://shop.example/u/" + "x" * 300 + ">"
    content = mime.message([("List-Unsubscribe", link)], b"x", b"x", boundary="0")
    assert f"List-Unsubscribe: {link}\r\n".encode() in content
