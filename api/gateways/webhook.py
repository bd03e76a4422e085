"""The way out for one signed webhook: what happened and a link; the console twin only logs it.

`X-Frontdesk-Signature` is `v1=` and the hexadecimal HMAC-SHA256 of `timestamp + "." + body` under the shared
secret; `X-Frontdesk-Timestamp` (seconds) lets a receiver refuse old calls, `X-Frontdesk-Id` is the same each time
one event is sent again.
"""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

import httpx
import structlog

from api.errors import GatewayError, Undeliverable

ID, TIMESTAMP, SIGNATURE = "X-Frontdesk-Id", "X-Frontdesk-Timestamp", "X-Frontdesk-Signature"
SECONDS = 10.0
# Refusals that pass: too slow, too early, too many.
PASSING = (408, 425, 429)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Event:
    """What a receiver is told. `at` is when it happened, ISO 8601; `link` opens for signed-in staff only."""

    id: str
    event: str
    at: str
    link: str


class Hook(Protocol):
    """Whatever can be told of an event."""

    async def tell(self, event: Event, now: datetime) -> None:
        """Tell of an event. Raises Undeliverable when it was refused for good, else "try again later"."""
        ...


class ConsoleHook:
    """Logs the event."""

    async def tell(self, event: Event, now: datetime) -> None:
        """Log id and kind."""
        log.info("webhook", id=event.id, event_kind=event.event)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of `X-Frontdesk-Signature`."""
    return f"v1={hmac.new(secret.encode(), timestamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


class HttpHook:
    """Posts the event as JSON; redirects are not followed, proxies of the environment not used."""

    def __init__(self, url: str, secret: str) -> None:
        self._url, self._secret = url, secret
        self._client = httpx.AsyncClient(timeout=SECONDS, trust_env=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def tell(self, event: Event, now: datetime) -> None:
        """Post the event; any 2xx is thanks."""
        body = json.dumps(asdict(event), separators=(",", ":")).encode()
        timestamp = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json",
            ID: event.id,
            TIMESTAMP: timestamp,
            SIGNATURE: sign(self._secret, timestamp, body),
        }
        answer = await self._client.post(self._url, content=body, headers=headers)
        if answer.is_client_error and answer.status_code not in PASSING:
            raise Undeliverable(answer.status_code)
        if not answer.is_success:
            raise GatewayError("the webhook did not answer 2xx")
