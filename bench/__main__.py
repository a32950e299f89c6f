"""``python -m bench [NAME …] [--json]``: run benchmarks and print each figure with its ratio and goal.

A benchmark is a module ``bench/NAME.py`` with ``run() -> list[Figure]``.
"""

import argparse
import json
import os
import platform
import sys
from importlib import import_module
from pathlib import Path

from bench.figures import Figure

NOT_BENCHMARKS = {"__init__", "__main__", "figures", "alarm_world", "ledger_store"}


def names() -> list[str]:
    """Return the benchmarks that this folder holds."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in NOT_BENCHMARKS)


def machine() -> str:
    """Say in a few words what the figures were measured on."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def line(figure: Figure) -> str:
    """Return a figure as a line of text."""
    ratio = f"{figure.ratio:.2f} x {figure.peer} ({figure.peer_value:,.4g})" if figure.ratio else (figure.peer or "")
    goal = "" if figure.goal is None else f"goal {figure.goal:,.4g} {'met' if figure.met else 'MISSED'}"
    return f"  {figure.what:58} {figure.value:>14,.4g} {figure.unit:20} {ratio:42} {goal}"


def main() -> int:
    """Run what was named, or everything; exit code 2 for an unknown name."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="one of " + ", ".join(names()))
    parser.add_argument("--json", action="store_true", help="print one JSON document a benchmark")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - set(names()))
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(names())}")
    for name in arguments.names or names():
        figures: list[Figure] = import_module(f"bench.{name}").run()
        if arguments.json:
            document = {"name": name, "machine": machine(), "figures": [figure.as_json() for figure in figures]}
            sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
        else:
            sys.stdout.write("\n".join([f"{name} ({machine()})", *map(line, figures)]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
