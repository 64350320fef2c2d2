"""YAML as people write it: every fault with its line, no key given twice, no text turned to truth.

YAML reads `no`, `on`, `1.0` and `2024-05-01` as a truth value, a number or a date; where a text was
meant, the file must quote them. `YamlFile.hint` says so, in the words of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from data.problems import InputError, Problem

_NOT_TEXT = {
    "tag:yaml.org,2002:bool": "a truth value",
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:timestamp": "a date",
    "tag:yaml.org,2002:null": "no value",
}
Key = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The content of a file, and where each part of it stands.

    Attributes:
        path: the file.
        content: what it says, as plain values; None for an empty file.
        root: its nodes.
    """

    path: Path
    content: Any
    root: yaml.Node | None

    def where(self, key: Key) -> str:
        """`FILE:LINE` of the value under a key, or of the nearest above it that is there."""
        node = self._node(key)
        return str(self.path) if node is None else f"{self.path}:{node.start_mark.line + 1}"

    def hint(self, key: Key) -> str | None:
        """What to write where the value under a key should be a text and YAML reads another kind.

        None where it is a text already, or a list or object.
        """
        node = self._node(key)
        kind = _NOT_TEXT.get(node.tag) if isinstance(node, yaml.ScalarNode) else None
        if node is None or kind is None or self._depth(key) < len(key):
            return None
        return (
            f'YAML reads `{node.value}` as {kind}; quote it: "{node.value}"'
            if node.value
            else "YAML reads it as no value; give one"
        )

    def _node(self, key: Key) -> yaml.Node | None:
        node = self.root
        for part in key:
            below = _below(node, part)
            if below is None:
                break
            node = below
        return node

    def _depth(self, key: Key) -> int:
        node, depth = self.root, 0
        for part in key:
            node = _below(node, part)
            if node is None:
                break
            depth += 1
        return depth


def _below(node: yaml.Node | None, part: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
        return node.value[part] if part < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == str(part)), None)
    return None


def read_yaml(path: str | Path) -> YamlFile:
    """Returns what a YAML file says.

    Raises:
        InputError: it is not UTF-8, no YAML, or names a key twice; each with its line.
    """
    path = Path(path)
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            Problem(
                f"{path}:{line}",
                f"is not UTF-8 (byte 0x{raw[error.start]:02x})",
                "save the file as UTF-8",
            )
        ) from error
    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        if duplicates := sorted(_duplicate_keys(root, path), key=_line):
            raise InputError(duplicates)
        if (endless := _endless(root)) is not None:
            raise InputError(
                Problem(
                    f"{path}:{endless.start_mark.line + 1}",
                    "holds itself, by an alias (*name)",
                    "write out what is meant",
                )
            )
        content = None if root is None else loader.construct_document(root)
    except InputError:
        raise
    except RecursionError as error:
        raise InputError(
            Problem(str(path), "is nested too deep", "close the brackets that are open")
        ) from error
    # A tag on what it does not fit (`!!bool x`) is whatever the constructor stumbles on.
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError) as error:
        raise InputError(_fault(error, path)) from error
    finally:
        loader.dispose()
    return YamlFile(path, content, root)


def _fault(error: Exception, path: Path) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    description = " ".join(
        filter(None, (getattr(error, "context", None), getattr(error, "problem", None)))
    ) or str(error)
    where = f"{path}:{mark.line + 1}" if mark is not None else str(path)
    return Problem(
        where,
        f"is not YAML ({description.splitlines()[0]})",
        "quote texts that hold `: `, or begin with a mark of YAML",
    )


def _line(problem: Problem) -> int:
    return int(problem.where.rpartition(":")[2])


def _endless(node: yaml.Node | None) -> yaml.Node | None:
    """The first node that an alias below it leads back to; None in a file without such."""
    waiting, above, done = [(node, False)], set(), set()
    while waiting:
        node, left = waiting.pop()
        if node is None or id(node) in done:
            continue
        if left:
            above.discard(id(node))
            done.add(id(node))
        elif id(node) in above:
            return node
        else:
            above.add(id(node))
            waiting.append((node, True))
            waiting += [(below, False) for below in _nodes_below(node)]
    return None


def _nodes_below(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return []


def _duplicate_keys(node: yaml.Node | None, path: Path) -> Iterator[Problem]:
    """A problem for every key that its object has already."""
    waiting, seen = [node], set()
    while waiting:
        node = waiting.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += reversed(node.value)
        elif isinstance(node, yaml.MappingNode):
            first: dict[str, int] = {}
            for key, _ in node.value:
                line = key.start_mark.line + 1
                if key.tag != "tag:yaml.org,2002:merge" and isinstance(key, yaml.ScalarNode):
                    if key.value in first:
                        yield Problem(
                            f"{path}:{line}",
                            f"key '{key.value}' stands also at line {first[key.value]}",
                            "keep one of them",
                        )
                    first.setdefault(key.value, line)
            waiting += [value for _, value in reversed(node.value)]
