"""Tokens, password hashes and signatures; no room, no database."""

import hashlib
import hmac
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

# argon2id with the library's defaults (RFC 9106, low-memory profile).
_hasher = PasswordHasher()


def new_token() -> str:
    """A bearer token: 256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is stored of a token: its SHA-256. A random token needs no slow hash."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def hash_password(password: str) -> str:
    """An argon2id hash with its parameters and salt."""
    return _hasher.hash(password)


def verify_password(password: str, stored: str) -> bool:
    """True when `password` is the one behind `stored`."""
    try:
        return _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def same(given: str | None, expected: str) -> bool:
    """Compare two secrets in constant time; an empty expectation never matches."""
    if not given or not expected:
        return False
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())


def sign(secret: str, purpose: str, value: str) -> str:
    """`value.signature`; the purpose keeps a link signed for one thing from opening another."""
    mac = hmac.new(secret.encode(), f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()[:40]
    return f"{value}.{mac}"


def unsign(secret: str, purpose: str, signed: str) -> str | None:
    """The value behind `signed`, or None when the signature is not ours."""
    value, _, _mac = signed.rpartition(".")
    return value if value and same(signed, sign(secret, purpose, value)) else None
