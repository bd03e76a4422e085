"""The real ears of the safety room: bot.language, the same code as `frontdesk screen`."""

from collections.abc import Sequence

from api.safety.hearing import Screening
from bot.language.answers import read_answer
from bot.language.choices import read_choice
from bot.language.contact import read_contact
from bot.language.risk import screen


class LanguageEars:
    """Listens with bot.language; `warm` loads the reviewed data before a visitor has to wait for it."""

    def warm(self) -> None:
        """Load everything now; raises what is wrong with the data."""
        self.screen("", ())
        self.read_answer("no", "direct")

    def screen(self, text: str, previous: Sequence[str]) -> Screening:
        """Screen a text in the light of the ones before it; both languages are always read."""
        return screen(text, previous)

    def read_answer(self, text: str, question: str) -> str | None:
        """Yes, no, unsure, skip, or None."""
        return read_answer(text, question)

    def read_phone(self, text: str) -> str | None:
        """The one telephone number of a text, E.164."""
        return read_contact(text).phone

    def chooses(self, text: str, label: str) -> bool:
        """True when a typed text names the reply of this label."""
        return read_choice(text, [label]) == 0
