"""``python -m tests.protocol_vectors FILE``: run the vectors of a file and print the tally.

Exit codes: 0 all passed, 1 some failed, 2 wrong use.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.protocol_vectors.families import READERS, differences, stream_differences

USAGE = "usage: python -m tests.protocol_vectors FILE\n"


def results(document: Mapping[str, Any]) -> Iterator[tuple[str, int, list[str]]]:
    """Yield for every vector its group, its place in it and what differs."""
    for family in READERS:
        for index, vector in enumerate(document.get(family, [])):
            yield family, index, _guarded(lambda v=vector, f=family: list(differences(f, _wire(f, v), v)))
    for index, vector in enumerate(document.get("streams", [])):
        yield "streams", index, _guarded(lambda v=vector: list(stream_differences(v)))


def _wire(family: str, vector: Mapping[str, Any]) -> bytes:
    frame: str = vector["frame"] if family == "hj212" else vector["hex"]
    return frame.encode() if family == "hj212" else bytes.fromhex(frame)


def _guarded(judge: Any) -> list[str]:
    """A vector that is not of the known shape fails, and the run goes on."""
    try:
        found: list[str] = judge()
    except (KeyError, TypeError, ValueError) as error:
        return [f"malformed vector: {type(error).__name__} {error}"]
    return found


def main(arguments: list[str]) -> int:
    """Run the file that is named; see the module's docstring."""
    if len(arguments) != 1 or not Path(arguments[0]).is_file():
        sys.stderr.write(USAGE)
        return 2
    try:
        document = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    except ValueError as error:
        sys.stderr.write(f"{arguments[0]} is no JSON document: {error}\n")
        return 2
    tally: dict[str, list[int]] = {}
    for group, index, found in results(document):
        passed, total = tally.get(group, [0, 0])
        tally[group] = [passed + (not found), total + 1]
        for difference in found:
            sys.stderr.write(f"{group}[{index}]: {difference}\n")
    for group, (passed, total) in tally.items():
        sys.stdout.write(f"{group} {passed}/{total}\n")
    passed, total = (sum(counts) for counts in zip(*tally.values(), strict=True)) if tally else (0, 0)
    sys.stdout.write(f"total {passed}/{total}\n")
    return 0 if passed == total else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
