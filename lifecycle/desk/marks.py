"""Marks staff leave: labels and notes on a conversation, views of the inbox kept under a name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle.errors import Invalid, NotFound
from lifecycle.model import Conversation, ConversationLabel, ConversationNote, SavedView, Staff
from lifecycle.text import canonical, one_line

LABEL_LENGTH = 40
VIEW_LENGTH = 40
VIEWS_EACH = 30


def label(session: Session, conversation_id: str, text: str, *, staff_id: int, now: datetime) -> str:
    """Put a label on a conversation, once; labels are lower case, so that "Gift" and "gift" are one."""
    name = one_line(canonical(text), LABEL_LENGTH + 1).lower()
    if not name or len(name) > LABEL_LENGTH:
        raise Invalid(f"A label has 1 to {LABEL_LENGTH} characters.")
    _known(session, conversation_id)
    if name not in labels_of(session, conversation_id):
        session.add(ConversationLabel(conversation_id=conversation_id, label=name, staff_id=staff_id, created_at=now))
        session.flush()
    return name


def unlabel(session: Session, conversation_id: str, name: str) -> None:
    """Take a label off; nothing happens when it is not on."""
    _known(session, conversation_id)
    session.execute(
        sa.delete(ConversationLabel).where(
            ConversationLabel.conversation_id == conversation_id, ConversationLabel.label == name
        )
    )


def labels_of(session: Session, conversation_id: str) -> list[str]:
    """The labels staff put on a conversation, sorted."""
    query = sa.select(ConversationLabel.label).where(ConversationLabel.conversation_id == conversation_id)
    return sorted(session.scalars(query))


def note(session: Session, conversation_id: str, text: str, *, staff_id: int, now: datetime) -> ConversationNote:
    """A word to the other staff; the customer never sees it."""
    said = canonical(text)
    if not said:
        raise Invalid("The note is empty; write at least one word.")
    _known(session, conversation_id)
    made = ConversationNote(conversation_id=conversation_id, staff_id=staff_id, text=said, created_at=now)
    session.add(made)
    session.flush()
    return made


def save_view(
    session: Session, name: str, query: Mapping[str, str], *, staff_id: int, shared: bool, now: datetime
) -> SavedView:
    """Keep the inbox as narrowed under a name; the same name again changes it."""
    title = one_line(canonical(name), VIEW_LENGTH + 1)
    if not title or len(title) > VIEW_LENGTH:
        raise Invalid(f"A view's name has 1 to {VIEW_LENGTH} characters.")
    if not query:
        raise Invalid("No filter is on; choose one first, then keep the view.")
    mine = sa.select(SavedView).where(SavedView.staff_id == staff_id)
    found = session.scalar(mine.where(SavedView.name == title))
    if found is None:
        if len(session.scalars(mine).all()) >= VIEWS_EACH:
            raise Invalid(f"You have {VIEWS_EACH} views; delete one first.")
        found = SavedView(staff_id=staff_id, name=title, created_at=now)
        session.add(found)
    found.query, found.shared = dict(query), shared
    session.flush()
    return found


def delete_view(session: Session, view_id: int, *, staff_id: int) -> None:
    """Forget a view of one's own; raises NotFound for anybody else's."""
    found = session.get(SavedView, view_id)
    if found is None or found.staff_id != staff_id:
        raise NotFound("There is no such view of yours.")
    session.delete(found)


def views_of(session: Session, staff_id: int) -> list[tuple[SavedView, str]]:
    """(view, name of whose it is) of one's own and the shared ones, by name."""
    query = (
        sa.select(SavedView, Staff.name)
        .join(Staff, Staff.id == SavedView.staff_id)
        .where(sa.or_(SavedView.staff_id == staff_id, SavedView.shared.is_(True)))
        .order_by(SavedView.name, SavedView.id)
    )
    return [(view, name) for view, name in session.execute(query)]


def _known(session: Session, conversation_id: str) -> None:
    if session.get(Conversation, conversation_id) is None:
        raise NotFound("There is no such conversation.")
