"""``python -m tests.fuzz.seeds VECTORS FOLDER``: write a corpus to begin with, from a file of protocol vectors.

Each of a family's first vectors is written once for each check of its target, each stream once, into FOLDER/FAMILY.
"""

import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.fuzz.__main__ import FAMILIES

MOST = 40
"""Vectors of a family that are taken."""


def seeds(document: Mapping[str, Any], family: str) -> Iterator[bytes]:
    """Yield inputs of a family's target: the byte that chooses a check, then what came over the wire."""
    checks = len(importlib.import_module(f"tests.fuzz.{family}").CHECKS)
    for vector in document.get(family, [])[:MOST]:
        wire = vector["frame"].encode() if family == "hj212" else bytes.fromhex(vector["hex"])
        yield from (bytes([choice]) + wire for choice in range(checks))
    for stream in document.get("streams", []):
        if stream["protocol"] == family:
            yield b"\0" + bytes.fromhex("".join(stream["chunks_hex"]))


def main(arguments: list[str]) -> int:
    """Write the seeds of every family; 2 for wrong use."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m tests.fuzz.seeds VECTORS FOLDER\n")
        return 2
    document = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    for family in FAMILIES:
        folder = Path(arguments[1], family)
        folder.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(seeds(document, family)):
            (folder / f"seed-{number:03d}").write_bytes(seed)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
