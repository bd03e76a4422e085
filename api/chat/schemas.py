"""Bodies of the chat's calls: docs/protocols.md §1 and the contract."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, model_validator

from api.transcript.schemas import MessageOut

LARGEST_NUMBER = 2**31 - 1

Language = Literal["en", "es"]
Number = Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]


def _any_string(value: Any) -> str:
    # pydantic refuses lone surrogates; a message cut in the middle of an emoji must be screened and kept.
    if not isinstance(value, str):
        raise ValueError("a text is expected")
    return value


Typed = Annotated[str, PlainValidator(_any_string, json_schema_input_type=str)]


class Body(BaseModel):
    """Base of every body: unknown fields are refused, so that a typo is not silence."""

    model_config = ConfigDict(extra="forbid")


class OpenIn(Body):
    """A visitor opens a chat. `page_url` is accepted and not kept."""

    language: Language = "en"
    page_url: Annotated[str, Field(max_length=2000)] | None = None


class ConsentIn(Body):
    """The answer to the notice."""

    accepted: bool
    notice_version: Annotated[str, Field(max_length=32)]


class ChoiceIn(Body):
    """A pressed reply: which message offered it, and its place there."""

    seq: Number
    index: Number


class MessageIn(Body):
    """One message: typed text or a choice."""

    text: Typed | None = None
    choice: ChoiceIn | None = None
    client_message_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    language: Language | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.text is None) == (self.choice is None):
            raise ValueError("send either `text` or `choice`")
        return self


class HelpIn(Body):
    """The button "I need help now"; nothing has to be said."""


class NoticeOut(BaseModel):
    """The first card."""

    version: str
    text: str


class PracticeOut(BaseModel):
    """Whose chat this is."""

    name: str
    phone: str
    tz: str


class OpenOut(BaseModel):
    """A new chat."""

    session_id: str
    token: str
    notice: NoticeOut
    messages: list[MessageOut]
    practice: PracticeOut
    open_now: bool
    opens_at: str | None


class AnswerOut(BaseModel):
    """What follows a message. `seq` is the number of the visitor's own message; `messages` come after it."""

    messages: list[MessageOut]
    seq: int
    mode: str
    tier: str


class PageOut(BaseModel):
    """Messages after a number."""

    messages: list[MessageOut]
    mode: str
    tier: str


class TranscriptOut(BaseModel):
    """The visitor's own copy."""

    practice: str
    language: str
    opened_at: str
    messages: list[MessageOut]
