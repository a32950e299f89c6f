"""``python -m tests.fuzz FAMILY [libFuzzer options]``: look for bytes that break a protocol family, led by coverage.

Needs atheris, which is no dependency of the project: ``pip install atheris`` in an environment of its own, then run
with ``PYTHONPATH=src``. Useful options: ``-runs=5000000``, ``-max_len=160``, ``-timeout=10`` (a longer one counts as a
hang), a folder to keep the corpus in; ``python -m tests.fuzz.seeds`` writes one to begin with. What breaks is written
to a file ``crash-…`` or ``timeout-…``; copy its bytes into a test of the family.
"""

import importlib
import sys

FAMILIES = ("gb17691", "hj212", "jt808")
CHECK_SUMS = ("lantian.protocols.hj212.crc", "lantian.protocols.check_byte")
"""Left out of the coverage: their loops run once a byte and lead nowhere new; property tests prove them."""
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
    with atheris.instrument_imports(include=["lantian.protocols"], exclude=list(CHECK_SUMS)):
        target = importlib.import_module(f"tests.fuzz.{arguments[0]}")
    atheris.Setup([sys.argv[0], *arguments[1:]], target.check)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
