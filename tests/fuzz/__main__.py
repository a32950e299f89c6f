"""``python -m tests.fuzz FAMILY [libFuzzer options]``: look for bytes that break a protocol family, led by coverage.

Needs atheris, which is no dependency of the project: ``pip install atheris`` in an environment of its own, then run
with ``PYTHONPATH=src``. Useful options: ``-max_total_time=240``, ``-max_len=2000``, a folder to keep the corpus in.
What breaks is written to a file ``crash-…``; copy its bytes into a test of the family.
"""

import importlib
import sys

FAMILIES = ("gb17691", "hj212", "jt808")
NO_ATHERIS = "atheris is not installed: pip install atheris (in an environment of its own)\n"


def main(arguments: list[str]) -> int:
    """Fuzz the family that is named; 2 for wrong use or where atheris is missing."""
    if not arguments or arguments[0] not in FAMILIES:
        sys.stderr.write(f"usage: python -m tests.fuzz {{{','.join(FAMILIES)}}} [libFuzzer options]\n")
        return 2
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        sys.stderr.write(NO_ATHERIS)
        return 2
    with atheris.instrument_imports(include=["lantian.protocols"]):
        target = importlib.import_module(f"tests.fuzz.{arguments[0]}")
    atheris.Setup([sys.argv[0], *arguments[1:]], target.check)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
