"""YAML whose every value knows its line, so that a broken file is refused with file, line and reason."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml

from actions.care.facts import Scalar


class RulesFileError(ValueError):
    """A file of the clinic's rules that cannot be used; reads `path:line: reason`."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path, self.line, self.reason = path, line, reason


def read_yaml(path: Path) -> Entry:
    """The whole file as one entry. Raises RulesFileError when it is missing, empty or no YAML."""
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RulesFileError(path, line, f"is not YAML: {error.problem}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise RulesFileError(path, 1, f"cannot be read: {error}") from None
    if node is None:
        raise RulesFileError(path, 1, "is empty")
    return Entry(path, node)


class Entry:
    """One value of the file, with its place."""

    def __init__(self, path: Path, node: yaml.Node) -> None:
        self.path, self.node = path, node

    def refusal(self, reason: str) -> RulesFileError:
        """The error that names this place."""
        return RulesFileError(self.path, self.node.start_mark.line + 1, reason)

    def fields(self, required: Sequence[str] = (), optional: Sequence[str] | None = ()) -> dict[str, Entry]:
        """The entries of a mapping. `optional=None` allows any key. Raises RulesFileError."""
        found: dict[str, Entry] = {}
        for key, entry in self._pairs():
            if key in found:
                raise entry.refusal(f"{key} stands twice")
            if optional is not None and key not in (*required, *optional):
                raise entry.refusal(f"unknown key {key}; known: {', '.join((*required, *optional))}")
            found[key] = entry
        missing = [key for key in required if key not in found]
        if missing:
            raise self.refusal(f"misses {', '.join(missing)}")
        return found

    def _pairs(self) -> list[tuple[str, Entry]]:
        if not isinstance(self.node, yaml.MappingNode):
            raise self.refusal("must be a mapping")
        return [(Entry(self.path, key).text(), Entry(self.path, value)) for key, value in self.node.value]

    def items(self) -> list[Entry]:
        """The entries of a list. Raises RulesFileError."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.refusal("must be a list")
        return [Entry(self.path, node) for node in self.node.value]

    def scalar(self) -> Scalar:
        """A text, true, false or null; numbers and dates are refused (YAML 1.1 reads some codes as such)."""
        value = self._value() if isinstance(self.node, yaml.ScalarNode) else self.node
        if value is None or isinstance(value, str | bool):
            return value
        raise self.refusal("must be a text, true, false or null (quote a code that YAML reads as a number)")

    def text(self) -> str:
        """A text that is not blank. Raises RulesFileError."""
        value = self.scalar()
        if isinstance(value, str) and value.strip():
            return value
        raise self.refusal("must be a text")

    def flag(self) -> bool:
        """True or false. Raises RulesFileError."""
        value = self.scalar()
        if isinstance(value, bool):
            return value
        raise self.refusal("must be true or false")

    def _value(self) -> object:
        try:
            return yaml.SafeLoader("").construct_object(self.node)
        except (yaml.YAMLError, ValueError) as error:
            raise self.refusal(f"cannot be read: {error}") from None
