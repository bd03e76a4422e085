"""YAML read strictly: a repeated key is an error, a date stays text, every node is found by its line."""

from collections.abc import Hashable
from typing import Any, ClassVar

import yaml


class StrictLoader(yaml.SafeLoader):
    """YAML in which a repeated key is an error: the second 'monday' would silently replace the first.

    Dates stay text, so that an impossible one is refused by whoever checks the content, with its place.
    """

    yaml_constructors: ClassVar[dict[str | None, Any]] = {
        **yaml.SafeLoader.yaml_constructors,
        "tag:yaml.org,2002:timestamp": yaml.SafeLoader.construct_yaml_str,
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """The mapping, or a MarkedYAMLError at the second of two equal keys."""
        seen: set[str] = set()
        for key, _value in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value!r} stands twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def load(text: str) -> Any:
    """The content of a YAML text. Raises yaml.YAMLError, with its place where it has one."""
    return yaml.load(text, StrictLoader)  # noqa: S506 (a SafeLoader that refuses more)


def line_of(text: str, location: tuple[Any, ...]) -> int:
    """The line (from 1) of the deepest node that `location` names in a YAML text."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 1
    for part in location:
        child = _child(node, part)
        if child is None:
            break
        node, line = child
    return line


def _child(node: yaml.Node | None, part: Any) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part].start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return value, key.start_mark.line + 1
    return None
