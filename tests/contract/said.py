"""Every sentence the product can say to a visitor, with the place it stands at; and what the code fills into them."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from api.settings import ROOT

LANGUAGES = ("en", "es")
PLACE = re.compile(r"\{(\w+)\}")
# The console is read by staff.
VISITOR_WORDING = sorted(path for path in (ROOT / "data/wording").glob("*.yml") if path.stem != "console")
RESPONSES = sorted((ROOT / "data/responses").glob("*.yml"))
PRACTICES = sorted((ROOT / "data/practices").glob("*.yml"))


@dataclass(frozen=True)
class Said:
    """One text of one language. `where` is file:line, `key` its name in the file."""

    where: str
    key: str
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.where} {self.key}"


def read(path: Path | str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


@cache
def _lines(path: Path) -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8").splitlines())


def place(path: Path, *needles: str) -> str:
    """The first line that begins to hold the needles, one after the other, from where the last was found."""
    number = 0
    for needle in needles:
        found = (n for n, line in enumerate(_lines(path)) if n >= number and needle[:40] in line)
        number = next(found, number)
    return f"{path.relative_to(ROOT)}:{number + 1}"


def _texts(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _bilingual(path: Path, key: str, entry: Any) -> list[Said]:
    return [
        Said(place(path, f"{key}:", text), key, language, text)
        for language in LANGUAGES
        for text in _texts(entry.get(language, ""))
    ]


def wording(path: Path) -> list[Said]:
    """The texts of a file of data/wording."""
    entries = {key: entry for key, entry in read(path).items() if key != "version"}
    return [said for key, entry in entries.items() for said in _bilingual(path, key, entry)]


def responses() -> list[Said]:
    """Texts and button labels of data/responses."""
    found = []
    for path in RESPONSES:
        for name, entries in read(path)["responses"].items():
            for entry in entries:
                language = entry["metadata"]["language"]
                found.append(Said(place(path, f"{name}:", entry["text"]), name, language, entry["text"]))
                for button in entry.get("buttons", []):
                    where = place(path, f"{name}:", button["title"])
                    found.append(Said(where, f"{name} button", language, button["title"]))
    return found


def faq() -> list[Said]:
    """The answers to common questions."""
    path = ROOT / "data/care/faq.yml"
    file = read(path)
    entries = {**file["answers"], "again": file["again"], "unknown": file["unknown"]}
    return [said for key, entry in entries.items() for said in _bilingual(path, key, entry)]


def practices() -> list[Said]:
    """What the profiles of practices say of themselves."""
    found = []
    for path in PRACTICES:
        profile = read(path)
        named = {service["id"]: service["name"] for service in profile["services"]}
        for key, entry in {**profile.get("fields", {}), **named}.items():
            found += _bilingual(path, key, entry)
    return found


def resources() -> list[Said]:
    """Names and hours of the lines to call."""
    path = ROOT / "data/care/crisis_resources.yml"
    return [
        said
        for row in read(path)["crisis_resources"]
        for part in ("name", "hours")
        if part in row
        for said in _bilingual(path, row["id"], row[part])
    ]


@cache
def everything() -> tuple[Said, ...]:
    """All of it."""
    from_wording = [said for path in VISITOR_WORDING for said in wording(path)]
    return (*from_wording, *responses(), *faq(), *practices(), *resources())


def english() -> list[Said]:
    return [said for said in everything() if said.language == "en"]


def fields(text: str) -> set[str]:
    return set(PLACE.findall(text))


# ---- what the code says


@cache
def trees(folder: str) -> tuple[tuple[Path, ast.Module], ...]:
    """Every module below a folder, parsed."""
    paths = sorted((ROOT / folder).rglob("*.py"))
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths)


@dataclass(frozen=True)
class Spoken:
    """One call that says something by name: `says("utter_x", when=…)`. `name` is None when it is made up there."""

    where: str
    name: str | None
    given: frozenset[str]


def spoken(folder: str, functions: tuple[str, ...]) -> list[Spoken]:
    """Calls of these functions, with the first literal argument that could be a name."""
    found = []
    for path, tree in trees(folder):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node) in functions:
                literal = [one.value for one in node.args[:1] if isinstance(one, ast.Constant)]
                name = literal[0] if literal and isinstance(literal[0], str) else None
                given = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
                found.append(Spoken(f"{path.relative_to(ROOT)}:{node.lineno}", name, given))
    return found


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


@cache
def made_names(folder: str) -> tuple[re.Pattern[str], ...]:
    """What names made up by f-strings can look like: f"utter_{'a' if x else 'b'}_{y}" → utter_(a|b)_\\w+."""
    found = {
        "".join(map(_pattern, node.values))
        for _, tree in trees(folder)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
    }
    return tuple(re.compile(pattern) for pattern in sorted(found) if pattern.startswith("utter_"))


def _pattern(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return re.escape(str(part.value))
    value = getattr(part, "value", None)
    if isinstance(value, ast.IfExp):
        options = [getattr(one, "value", None) for one in (value.body, value.orelse)]
        if all(isinstance(option, str) for option in options):
            return f"({'|'.join(map(re.escape, options))})"
    return r"\w+"


@cache
def constants(folder: str) -> frozenset[str]:
    """Every text that stands in the code of a folder, parts of f-strings included."""
    return frozenset(
        node.value
        for _, tree in trees(folder)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
