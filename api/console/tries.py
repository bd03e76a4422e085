"""Counts attempts to sign in, so that nobody can try passwords or codes for long; kept in this process.

Nobody is locked out by somebody else: attempts count by where they come from. A browser in which a member has signed
in before counts by itself (OWASP's "device cookies"), so its owner gets in even while the same network is misused.
"""

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

MINUTES = 15
# Counted by address and name together: a stranger elsewhere cannot lock a staff member out.
TRIES_A_NAME = RateLimitItemPerMinute(10, MINUTES)
TRIES_AN_ADDRESS = RateLimitItemPerMinute(50, MINUTES)
# Whoever gets as far as the code has the password, from however many addresses: a million codes are not to be tried.
CODES_A_MEMBER = RateLimitItemPerMinute(30, MINUTES)


class SignInTries:
    """The attempts of the last minutes."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget every attempt."""
        self._counter = MovingWindowRateLimiter(MemoryStorage())

    def allow(self, address: str, email: str, device: str | None = None) -> bool:
        """Count one attempt at a password; False when there were too many. `device`: the browser is known."""
        name = email.strip().lower()
        if device is not None:
            return self._counter.hit(TRIES_A_NAME, "device", device, name)
        by_name = self._counter.hit(TRIES_A_NAME, address, name)
        by_address = self._counter.hit(TRIES_AN_ADDRESS, address)
        return by_name and by_address

    def allow_code(self, address: str, member_id: str, device: str | None = None) -> bool:
        """Count one attempt at a code; False when there were too many."""
        if device is not None:
            return self._counter.hit(TRIES_A_NAME, "code", device, member_id)
        here = self._counter.hit(TRIES_A_NAME, "code", address, member_id)
        anywhere = self._counter.hit(CODES_A_MEMBER, "code", member_id)
        return here and anywhere
