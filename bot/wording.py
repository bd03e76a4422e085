"""What the bot says: language, practice fields, variants by count; never at random."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.trackers import DialogueStateTracker

PLACE = re.compile(r"\{(\w+)\}")
US_PHONE = re.compile(r"\+1(\d{3})(\d{3})(\d{4})")
DEFAULT_LANGUAGE = "en"
ASKED = "utter_ask_intake_form_"
# Spanish "y" becomes "e" before the sound of i (but not before "hie").
I_SOUND = re.compile(r"h?[ií](?!e)", re.IGNORECASE)


class UnknownWording(KeyError):
    """A response or one of its values does not exist: a fault of ours, named without content."""


class Teller:
    """Turns a response's name and values into words of one language.

    A value may be a text, or refer to wording: `{"say": name, …}` another response, `{"join": […]}` a list in
    words, `{"moment": ISO, "tz": IANA}` a day and time, `{"text": …}` a text as it is.
    """

    def __init__(
        self,
        responses: Mapping[str, Sequence[Mapping[str, Any]]],
        language: str,
        common: Mapping[str, Any],
    ) -> None:
        self._responses = responses
        self._language = language
        self._common = common

    def entry(self, name: str, variant: int = 0) -> Mapping[str, Any]:
        """The response in this language; variants take turns, in the order of the file."""
        spoken = self._of_language(name, self._language) or self._of_language(name, DEFAULT_LANGUAGE)
        if not spoken:
            raise UnknownWording(name)
        return spoken[variant % len(spoken)]

    def _of_language(self, name: str, language: str) -> list[Mapping[str, Any]]:
        entries = self._responses.get(name, [])
        return [entry for entry in entries if entry.get("metadata", {}).get("language") == language]

    def text(self, name: str, values: Mapping[str, Any], variant: int = 0) -> str:
        """The words of a response with its values in place."""
        return self.fill(str(self.entry(name, variant)["text"]), values)

    def fill(self, text: str, values: Mapping[str, Any]) -> str:
        """Put values into a text, once: braces inside a value stay as they are. Raises UnknownWording."""
        known = {**self._common, **values}

        def put(match: re.Match[str]) -> str:
            if match[1] not in known:
                raise UnknownWording(match[1])
            return self.words(known[match[1]])

        return PLACE.sub(put, text)

    def words(self, value: Any) -> str:
        """A value in words; nothing for None."""
        if not isinstance(value, Mapping):
            return "" if value is None else US_PHONE.sub(r"\1-\2-\3", str(value))
        if "say" in value:
            return self.text(value["say"], {name: item for name, item in value.items() if name != "say"})
        if "join" in value:
            return self._list([self.words(item) for item in value["join"]])
        if "moment" in value:
            return self._moment(value["moment"], value.get("tz"))
        return str(value.get("text", ""))

    def _list(self, items: list[str]) -> str:
        if len(items) < 2:
            return "".join(items)
        soft = self._language == "es" and I_SOUND.match(items[-1]) is not None
        return f"{', '.join(items[:-1])} {self.text('utter_and', {}, int(soft))} {items[-1]}"

    def _moment(self, told: str | None, zone: str | None) -> str:
        if not told:
            return self.text("utter_moment_unknown", {})
        moment = datetime.fromisoformat(told.replace("Z", "+00:00")).astimezone(ZoneInfo(zone or "UTC"))
        return self.text(
            "utter_moment",
            {
                "weekday": self.text("utter_weekdays", {}).split("|")[moment.weekday()],
                "month": self.text("utter_months", {}).split("|")[moment.month - 1],
                "day": moment.day,
                "hour": moment.hour % 12 or 12,
                "minute": f"{moment.minute:02d}",
                "half": "am" if moment.hour < 12 else "pm",
            },
        )

    def buttons(self, choices: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
        """Quick replies: a label is a response's name or a value; the payload stays as it is."""
        return [{"title": self._label(item["label"]), "payload": item["payload"]} for item in choices]

    def _label(self, label: Any) -> str:
        return self.text(label, {}) if isinstance(label, str) else self.words(label)


class Wording(TemplatedNaturalLanguageGenerator):
    """Rasa's natural language generator; Rasa itself sets `responses` to the model's when it loads one."""

    def __init__(self, endpoint_config: Any = None, domain: Any = None) -> None:
        super().__init__(domain.responses if domain else {})

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        """A message for a response's name. From actions: `values`, `choices`, `language`, `variant`."""
        slots = tracker.current_slot_values()
        language = kwargs.get("language") or slots.get("language") or DEFAULT_LANGUAGE
        teller = Teller(self.responses, language, {**_practice(tracker), "language": language})
        variant = kwargs.get("variant") or _times_asked(utter_action, slots)
        entry = teller.entry(utter_action, variant)
        values = kwargs.get("values") or {}
        return {
            "text": teller.fill(str(entry["text"]), values),
            "buttons": _own_buttons(entry) + teller.buttons(kwargs.get("choices") or []),
        }


def _own_buttons(entry: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"title": item["title"], "payload": item["payload"]} for item in entry.get("buttons", [])]


def _times_asked(utter_action: str, slots: Mapping[str, Any]) -> int:
    """A question asked again is put in other words."""
    return max(0, int(slots.get("ask_count") or 1) - 1) if utter_action.startswith(ASKED) else 0


def _practice(tracker: DialogueStateTracker) -> dict[str, Any]:
    message = tracker.latest_message
    told = ((message.metadata or {}) if message else {}).get("practice") or {}
    return {"practice": told.get("name") or "", "phone": told.get("phone") or ""}
