"""Whom the safety conversation speaks to and of: what fits its fixed texts to one visitor."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from api.contact import country_of
from api.safety.cues import Cues
from api.safety.hearing import OWN, THIRD_PERSON, Ears
from api.safety.resources import ABROAD, HOME, UNSURE
from api.transcript import service as transcript
from api.vocabulary import Author

HARM = frozenset({"HI_THOUGHTS", "HI_IMMINENT"})
UNSAFE = frozenset({"CHILD_ABUSE", "SEXUAL_ASSAULT_RECENT", "DV_ONGOING", "VIOLENCE_NOW"})


@dataclass(frozen=True)
class Hints:
    """What was learned elsewhere: the intake says a minor writes; browser or telephone speak for another country."""

    minor: bool = False
    elsewhere: bool = False


@dataclass(frozen=True)
class Person:
    """`country` is US, unsure or abroad; `asks_if_human` holds for the present message."""

    minor: bool = False
    country: str = HOME
    asks_if_human: bool = False


NO_HINTS = Hints()
NOBODY = Person()


def read_person(db: Session, session_id: str, text: str, hints: Hints, ears: Ears, phone: str | None) -> Person:
    """What the visitor has said of themselves in this chat, the present `text` included."""
    cues = Cues.load()
    said = [
        one.text or "" for one in transcript.messages_after(db, session_id, 0, transcript.ALL) if _own(one.author)
    ]
    texts = [*said, text]
    abroad = cues.is_abroad(texts)
    elsewhere = hints.elsewhere or bool(phone and country_of(phone) != HOME)
    country = (ABROAD if abroad else HOME) if abroad is not None else UNSURE if elsewhere else HOME
    minor = hints.minor or any(ears.is_minor(one) for one in texts)
    return Person(minor, country, cues.asks_if_human(text))


def _own(author: str) -> bool:
    return author == Author.VISITOR


def speaks_of_another(signals: frozenset[str]) -> bool:
    """True when these signals are about somebody else alone."""
    return bool(signals & THIRD_PERSON) and not signals & OWN


def subject(signals: frozenset[str]) -> str:
    """Whom the way back must ask about: the ending of the wording key, empty for the visitor's own life."""
    if signals & HARM:
        return "_harm"
    if signals & OWN:
        return ""
    if signals & THIRD_PERSON:
        return "_other"
    return "_unsafe" if signals & UNSAFE else ""
