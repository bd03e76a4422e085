"""A message as a browser sees it: docs/protocols.md §1; hidden payloads stay behind."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from api.transcript.models import Message


class QuickReplyOut(BaseModel):
    """One offer; the browser answers with `choice: {seq, index}`."""

    index: int
    label: str


class MessageOut(BaseModel):
    """One line of the transcript."""

    seq: int
    author: str
    kind: str
    text: str
    at: datetime
    name: str | None = None
    quick_replies: list[QuickReplyOut] = []
    payload: dict[str, Any] = {}

    @classmethod
    def of(cls, message: Message) -> "MessageOut":
        """The public view of a row."""
        extra = message.extra or {}
        replies = extra.get("quick_replies", [])
        return cls(
            seq=message.seq,
            author=message.author,
            kind=message.kind,
            text=message.text or "",
            at=message.created_at,
            name=extra.get("name"),
            quick_replies=[QuickReplyOut(index=n, label=reply["label"]) for n, reply in enumerate(replies)],
            payload=extra.get("payload") or {},
        )
