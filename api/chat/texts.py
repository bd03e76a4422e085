"""What a visitor typed, made safe to store and to send on without changing what it says."""

import re
import unicodedata

LONGEST = 4000
# Of a text that is refused for its length, this much is still screened: its beginning and its end.
HEARD_BEGINNING, HEARD_END = 8000, 4000
WORD_JOINER = "\u2060"
# Lone surrogates cannot be written as UTF-8, NUL and its kind break databases and terminals.
_UNSTORABLE = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def storable(text: str) -> str:
    """The same text with every character that cannot be stored replaced, one for one, by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def to_hear(text: str) -> str:
    """What is screened of a text: all of it, unless it is so long that screening it would keep others waiting."""
    if len(text) <= HEARD_BEGINNING + HEARD_END:
        return text
    return f"{text[:HEARD_BEGINNING]}\n{text[-HEARD_END:]}"


def is_empty(text: str) -> bool:
    """True when nobody could see anything in it: spaces, zero-width and control characters only."""
    return all(unicodedata.category(character)[0] in "ZC" for character in text)


def for_bot(text: str) -> str:
    """Typed text as the bot gets it: a leading slash is text there too, never a command."""
    return WORD_JOINER + text if text.lstrip().startswith("/") else text
