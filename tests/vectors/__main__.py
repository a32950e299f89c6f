"""Run a file of vectors: ``python -m tests.vectors FILE``.

Prints ``rule passed/total`` lines and then ``total passed/total``; what failed goes to standard error. Exit code 0 when
all passed, 1 when any failed, 2 for wrong use.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from lantian.kernel.errors import LantianError
from tests.vectors import air, duties, statistics
from tests.vectors.compare import differences
from tests.vectors.registry import ANSWERS

FAMILIES = (air, duties, statistics)
"""The modules whose import registers the answers."""


class FileError(Exception):
    """A file that is not of vectors; the message is for the user."""


def main(arguments: Sequence[str]) -> int:
    """Run the command."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tests.vectors FILE\n")
        return 2
    try:
        groups = read_groups(Path(arguments[0]))
    except FileError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    passed = total = 0
    for group in groups:
        failures = run_group(group)
        size = len(_vectors(group))
        sys.stderr.writelines(f"{failure}\n" for failure in failures)
        sys.stdout.write(f"{_rule(group)} {size - len(failures)}/{size}\n")
        passed, total = passed + size - len(failures), total + size
    sys.stdout.write(f"total {passed}/{total}\n")
    return 0 if passed == total else 1


def read_groups(path: Path) -> list[Any]:
    """Read the groups of a file, numbers as exact decimals."""
    try:
        tree = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise FileError(f"{path}: is not JSON ({error})") from error
    groups = tree.get("groups") if isinstance(tree, dict) else None
    if not isinstance(groups, list):
        raise FileError(f'{path}: expected an object with a list "groups"')
    return groups


def run_group(group: Any) -> list[str]:
    """Return one sentence for every vector that fails."""
    rule = _rule(group)
    header = {key: value for key, value in group.items() if key != "vectors"} if isinstance(group, dict) else {}
    found = (run_vector(rule, vector, header) for vector in _vectors(group))
    return [f"{rule} {failure}" for failure in found if failure]


def run_vector(rule: str, vector: Any, header: Mapping[str, Any]) -> str | None:
    """Return what is wrong with one vector, None when it passes."""
    if not (isinstance(vector, dict) and isinstance(vector.get("inputs"), dict)):
        return f"malformed vector: {str(vector)[:80]}"
    name = vector.get("id", "without id")
    expected = vector.get("expected")
    if not isinstance(expected, dict) or not expected:
        return f"{name}: malformed vector, no expected values"
    if rule not in ANSWERS:
        return f"{name}: unknown rule"
    try:
        answer = ANSWERS[rule](vector["inputs"], header)
    except LantianError as error:
        answer = {"error": str(error)}
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, StopIteration) as error:
        return f"{name}: malformed vector, {type(error).__name__}: {error}"
    return _compared(name, answer, expected, str(vector.get("note", "")))


def _compared(name: str, answer: Mapping[str, Any], expected: Mapping[str, Any], note: str) -> str | None:
    # What a bulletin printed is a fact of the bulletin: it must be one of the two roundings, but is not computed.
    wanted = {key: value for key, value in expected.items() if key != "published"}
    failures = differences(answer, wanted, note)
    return f"{name}: {'; '.join(failures)}" if failures else None


def _rule(group: Any) -> str:
    return str(group.get("rule", "without rule")) if isinstance(group, dict) else "malformed group"


def _vectors(group: Any) -> list[Any]:
    vectors = group.get("vectors") if isinstance(group, dict) else None
    return vectors if isinstance(vectors, list) else [None]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
