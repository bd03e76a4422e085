"""Counts attempts to sign in, so that nobody can try passwords for long; kept in this process."""

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

MINUTES = 15
# Counted by address and name together: a stranger elsewhere cannot lock a staff member out.
TRIES_A_NAME = RateLimitItemPerMinute(10, MINUTES)
TRIES_AN_ADDRESS = RateLimitItemPerMinute(50, MINUTES)


class SignInTries:
    """The attempts of the last minutes."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget every attempt."""
        self._counter = MovingWindowRateLimiter(MemoryStorage())

    def allow(self, address: str, email: str) -> bool:
        """Count one attempt; False when there were too many."""
        name = email.strip().lower()
        by_name = self._counter.hit(TRIES_A_NAME, address, name)
        by_address = self._counter.hit(TRIES_AN_ADDRESS, address)
        return by_name and by_address
