"""What comes into a turn and what is known after its first step: plain data."""

from dataclasses import dataclass

from api.chat.turns import OpenTurn


@dataclass(frozen=True)
class Sent:
    """What a browser sent: typed text as it came, or the place of a choice. `elsewhere`: its first language is
    that of another country than the US."""

    client_message_id: str
    text: str | None = None
    choice: tuple[int, int] | None = None
    language: str | None = None
    elsewhere: bool = False


@dataclass(frozen=True)
class Circumstances:
    """What the running app knows beside the message: over a limit, a turn is under way, the bot still starts."""

    wait_seconds: int = 0
    opens_turn: bool = True
    bot_starting: bool = False


@dataclass(frozen=True)
class Received:
    """A stored message. `turn` was opened for it; `waits`: a turn will take it, or already does; `pending`: it
    waits for the bot to start."""

    session_id: str
    seq: int
    turn: OpenTurn | None = None
    waits: bool = False
    pending: bool = False
