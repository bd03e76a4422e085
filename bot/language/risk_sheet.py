"""One file of reviewed risk data, read so that every complaint can name file, line and reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, NoReturn

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENT = "//"


class RiskDataError(ValueError):
    """Risk data that cannot be used; the message is "file:line: reason"."""


class Line(NamedTuple):
    """A line of text in a file, and where it stands (from 1)."""

    text: str
    number: int


class Sheet(NamedTuple):
    """A value of a YAML file that knows its file and line."""

    path: Path
    node: yaml.Node

    @property
    def number(self) -> int:
        """Line of the value, from 1."""
        return int(self.node.start_mark.line) + 1

    def fail(self, reason: str, number: int | None = None) -> NoReturn:
        """Raise RiskDataError for this value."""
        raise RiskDataError(f"{self.path.name}:{number or self.number}: {reason}")

    def fields(self, needed: tuple[str, ...], allowed: tuple[str, ...] = ()) -> dict[str, Sheet]:
        """The fields of a mapping; complains of one that is missing, unknown or there twice."""
        found = self.mapping()
        for name in needed:
            if name not in found:
                self.fail(f"{name} is missing")
        for name, value in found.items():
            if name not in (*needed, *allowed):
                value.fail(f"unknown field {name}")
        return found

    def mapping(self) -> dict[str, Sheet]:
        """A mapping with names of any kind."""
        if not isinstance(self.node, yaml.MappingNode):
            self.fail("a mapping is expected here")
        found: dict[str, Sheet] = {}
        for key, value in self.node.value:
            name = Sheet(self.path, key).text()
            if name in found:
                Sheet(self.path, key).fail(f"{name} stands here twice")
            found[name] = Sheet(self.path, value)
        return found

    def items(self) -> list[Sheet]:
        """The members of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.fail("a list is expected here")
        return [Sheet(self.path, node) for node in self.node.value]

    def text(self) -> str:
        """A single value as written."""
        if not isinstance(self.node, yaml.ScalarNode):
            self.fail("a single value is expected here")
        return str(self.node.value)

    def one_of(self, names: Mapping[str, object] | tuple[str, ...]) -> str:
        """A single value out of a closed list."""
        value = self.text()
        if value not in names:
            self.fail(f"{value!r} is not one of {', '.join(names)}")
        return value

    def whole_number(self) -> int:
        """A whole number, zero or more."""
        if not self.text().isdecimal():
            self.fail(f"{self.text()!r} is not a whole number")
        return int(self.text())

    def words(self) -> frozenset[str]:
        """The words of a block of text."""
        return frozenset(word for line in self.lines() for word in line.text.split())

    def lines(self) -> list[Line]:
        """The lines of a block of text, without empty ones and `//` comments."""
        block = isinstance(self.node, yaml.ScalarNode) and self.node.style in ("|", ">")
        cut = (text.partition(_COMMENT)[0].strip() for text in self.text().splitlines())
        return [Line(text, self.number + block + at) for at, text in enumerate(cut) if text]

    def pairs(self) -> dict[str, str]:
        """A block of `left = right` lines."""
        found: dict[str, str] = {}
        for line in self.lines():
            left, equals, right = (part.strip() for part in line.text.partition("="))
            if not (left and equals and right):
                self.fail("`left = right` is expected here", line.number)
            if left in found:
                self.fail(f"{left} stands here twice", line.number)
            found[left] = right
        return found


def read_sheet(path: Path) -> Sheet:
    """A YAML file as a sheet. Raises RiskDataError when it cannot be read or is no YAML."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except (OSError, UnicodeDecodeError) as error:
        raise RiskDataError(f"{path.name}:1: cannot be read: {error}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RiskDataError(f"{path.name}:{line}: not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise RiskDataError(f"{path.name}:1: not YAML: {error}") from error
    if node is None:
        raise RiskDataError(f"{path.name}:1: the file is empty")
    return Sheet(path, node)
