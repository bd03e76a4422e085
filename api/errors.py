"""The error tree of the api; one handler in `api.main` turns it into HTTP.

FrontdeskError
├── NotFound            404
├── Conflict            409
│   ├── SlotTaken           with the nearest free times
│   ├── TurnClosed          the turn was given up: nothing may be booked in its name
│   ├── HandoffClosed
│   ├── StaleChoice         an offer that is no longer on the table
│   └── Paused              the practice has paused the program
├── BadInput            400  what pydantic cannot judge
├── NotAllowed          403
├── SignInRequired      401
├── TooMany             429
└── GatewayError        502
    ├── BotUnavailable
    │   └── BotGone         nobody listens there: it died and is being started again
    └── Undeliverable       a mail or notice that was refused for good
"""

from typing import Any


class FrontdeskError(Exception):
    """Root of the tree. `detail` is for people: what happened and what to do."""

    status = 500

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """The JSON body: `error` is the class name, `detail` the sentence, then any extra fields."""
        return {"error": type(self).__name__, "detail": self.detail, **self.extra}


class NotFound(FrontdeskError):
    """Nothing here under that name, or not for this caller."""

    status = 404


class Conflict(FrontdeskError):
    """The request was right once, but the world has moved on."""

    status = 409


class SlotTaken(Conflict):
    """Somebody else has the time; `slots` holds the nearest free ones."""


class TurnClosed(Conflict):
    """The turn that asks was given up; it can book and change nothing."""


class HandoffClosed(Conflict):
    """The handoff has ended."""


class StaleChoice(Conflict):
    """The chosen reply is not on offer any more."""


class Paused(Conflict):
    """The practice has paused the program; `resources` holds the lines to call."""


class ConsentRequired(Conflict):
    """Nothing is kept and the bot is not asked before the visitor has accepted the notice."""


class BadInput(FrontdeskError):
    """The request cannot mean anything."""

    status = 400


class NotAllowed(FrontdeskError):
    """Known, but not permitted."""

    status = 403


class SignInRequired(FrontdeskError):
    """No valid token or sign-in."""

    status = 401


class TooMany(FrontdeskError):
    """Over a limit; `retry_after_seconds` says when to come back."""

    status = 429


class GatewayError(FrontdeskError):
    """Another service failed us."""

    status = 502


class BotUnavailable(GatewayError):
    """The dialogue process is down, too slow, or answered nonsense."""


class BotGone(BotUnavailable):
    """The dialogue process does not listen, or died while it was asked."""


class Undeliverable(GatewayError):
    """The other side refused for good; trying again is useless. `code` is its status number, or a word of ours."""

    def __init__(self, code: int | str) -> None:
        super().__init__("refused by the other side")
        self.code = code
