"""What staff do at their pages, and what the house has written down of it."""

from datetime import timedelta

from playwright.sync_api import expect

from api.audit import AuditEvent
from api.handoff import service as handoff
from api.transcript.models import ChatSession, Message
from api.vocabulary import Author, HandoffReason


def ask_for_a_person(quick, **more):
    """The visitor's chat gets a handoff, as the actions would make it."""
    quick.clock.instant += timedelta(seconds=1)
    with quick.database.writing() as db:
        session = db.query(ChatSession).order_by(ChatSession.created_at.desc()).first()
        handoff.request(db, session, HandoffReason.VISITOR_REQUEST, quick.clock.now(), **more)
        return session.id


def open_chat(desk_page, visitor):
    desk_page.goto(f"/staff/chats/{visitor.session_id}")
    return desk_page


def take_over(desk_page, visitor):
    open_chat(desk_page, visitor).get_by_role("button", name="Take over").click()
    expect(desk_page.get_by_label("Reply")).to_be_focused()


def audited(quick, action):
    return [entry for entry in quick.rows(AuditEvent) if entry.action == action]


def replies(quick):
    return [row.text for row in quick.rows(Message) if row.author == Author.STAFF]
