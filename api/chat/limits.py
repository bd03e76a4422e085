"""How much one chat and one address may send; counted in this process, kept for an hour at most."""

import math
import time

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

MESSAGES_A_SESSION = RateLimitItemPerMinute(60)
MESSAGES_AN_ADDRESS = RateLimitItemPerMinute(300)
SESSIONS_AN_ADDRESS = RateLimitItemPerHour(20)


class Limits:
    """Counts; says how many seconds to wait, 0 when all is well. It never refuses by itself."""

    def __init__(self) -> None:
        self._counter = MovingWindowRateLimiter(MemoryStorage())

    def count_message(self, chat: str, address: str) -> int:
        """Count one message of a chat and of an address."""
        waits = (
            self._count(MESSAGES_A_SESSION, f"chat:{chat}"),
            self._count(MESSAGES_AN_ADDRESS, f"from:{address}"),
        )
        return max(waits)

    def count_session(self, address: str) -> int:
        """Count one new chat of an address."""
        return self._count(SESSIONS_AN_ADDRESS, f"open:{address}")

    def _count(self, limit: RateLimitItemPerMinute | RateLimitItemPerHour, key: str) -> int:
        if self._counter.hit(limit, key):
            return 0
        reset = self._counter.get_window_stats(limit, key).reset_time
        return max(1, math.ceil(reset - time.time()))
