"""Which crisis lines are shown: always 911 and 988, at most three others, chosen by signal and language."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml

from api.settings import ROOT

# The country whose lines are in the table; 911 and 988 are dialled here.
HOME = "US"
CARE = ROOT / "data" / "care"
# Not a country: only a browser or a number speaks for another one; the visitor said that they are elsewhere.
UNSURE, ABROAD = "unsure", "abroad"


class ResourcesBroken(Exception):
    """The table of lines cannot be used; the text names the file and the reason."""


@dataclass(frozen=True)
class Resources:
    """The verified lines and the rule that chooses among them."""

    table: dict[str, dict[str, Any]]
    always: tuple[str, ...]
    for_signals: tuple[tuple[frozenset[str], tuple[str, ...]], ...]
    otherwise: tuple[str, ...]
    most_others: int
    press: dict[str, str]
    version: str = ""

    @classmethod
    def load(cls, folder: Path = CARE) -> Self:
        """Read both files; rows without a check date are left out. Raises ResourcesBroken."""
        rows = _read(folder / "crisis_resources.yml")["crisis_resources"]
        rules_file = _read(folder / "resource_choice.yml")
        choice = rules_file["resource_choice"]
        table = {row["id"]: row for row in rows if row.get("verified_on")}
        rules = tuple((frozenset(rule["signals"]), tuple(rule["resources"])) for rule in choice["for_signals"])
        found = cls(
            table=table,
            always=tuple(choice["always"]),
            for_signals=rules,
            otherwise=tuple(choice["otherwise"]),
            most_others=choice["most_others"],
            press=choice["press"],
            version=str(rules_file.get("version", "")),
        )
        named = [*found.always, *found.otherwise, *(line for _, lines in rules for line in lines)]
        missing = sorted(set(named) - set(table))
        if missing:
            raise ResourcesBroken(
                f"{folder / 'resource_choice.yml'}: no verified line called {', '.join(missing)}"
            )
        return found

    def choose(self, signals: set[str], language: str, country: str = HOME) -> list[dict[str, Any]]:
        """The lines to show for these signal ids, as the payload of a crisis message carries them.

        `country` is a two-letter code, UNSURE or ABROAD. Elsewhere a line of ours may not answer, and wrong-country
        numbers were the commonest fault of other programs (clinical.md §4): after 911 and 988 only what is for every
        country is shown, and that alone to somebody who said that they are abroad.
        """
        if country != HOME:
            everywhere = [line for line, row in self.table.items() if not row["country"]]
            always = () if country == ABROAD else self.always
            return [self.card(line, language) for line in (*always, *everywhere)]
        wanted = [line for meant, lines in self.for_signals if meant & signals for line in lines]
        others = list(dict.fromkeys([*wanted, *self.otherwise]))[: self.most_others]
        return [self.card(line, language) for line in (*self.always, *others)]

    def card(self, line: str, language: str) -> dict[str, Any]:
        """One line as a browser draws it: `call` is dialled, `text` is a number or "HOME to 741741"."""
        row = self.table[line]
        own = row.get("es", {}) if language == "es" else {}
        call, text = own.get("call") or row.get("call") or {}, own.get("text") or row.get("text") or {}
        name = row["name"].get(language, row["name"]["en"])
        if call.get("press"):
            name = self.press[language].format(name=name, key=call["press"])
        words = f"{text['body']} to {text['number']}" if text.get("body") else text.get("number")
        card = {
            "id": line,
            "name": name,
            "call": call.get("number"),
            "text": words,
            "hours": row.get("hours", {}).get(language),
            "url": None if call or text else row.get("url"),
        }
        return {key: value for key, value in card.items() if value}


def _read(path: Path) -> dict[str, Any]:
    try:
        raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ResourcesBroken(f"{path}: {type(error).__name__}") from None
    return raw
