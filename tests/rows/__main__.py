"""``python -m tests.rows [--json]``: run the acceptance tests and print the mission table."""

import argparse
import contextlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from tests.rows.titles import TITLES


@dataclass
class Row:
    """What shows one row of the mission."""

    tests: list[str] = field(default_factory=list)
    passed: int = 0
    failed: int = 0


class Collector:
    """A pytest plugin that sorts the outcomes of marked tests by row."""

    def __init__(self) -> None:
        self.rows = {row: Row() for row in TITLES}
        self._rows_of: dict[str, list[str]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            named = [str(row) for marker in item.iter_markers("row") for row in marker.args]
            self._rows_of[item.nodeid] = named
            for row in named:
                if row not in self.rows:
                    raise pytest.UsageError(
                        f"{item.nodeid} is marked with row {row!r}, which the mission does not have"
                    )
                self.rows[row].tests.append(item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for row in self._rows_of.get(report.nodeid, []):
            if report.failed:
                self.rows[row].failed += 1
            elif report.when == "call" and report.passed:
                self.rows[row].passed += 1


def table(rows: Mapping[str, Row]) -> str:
    """Return the mission table as text, one line a row; a row that nothing shows says *none*."""
    lines = []
    for name, row in rows.items():
        shown = ", ".join(sorted({test.split("[")[0] for test in row.tests})) or "*none*"
        result = f"{row.passed} passed, {row.failed} failed" if row.tests else ""
        lines.append(f"{name:4} {TITLES[name]:62} {result:22} {shown}")
    return "\n".join(lines)


def main() -> int:
    """Run the marked tests; 1 when one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.rows", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    arguments = parser.parse_args()
    collector = Collector()
    with contextlib.redirect_stdout(sys.stderr):
        pytest.main(["-q", "-m", "row", "--no-header", "tests"], plugins=[collector])
    if arguments.json:
        document = {name: vars(row) for name, row in collector.rows.items()}
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(table(collector.rows) + "\n")
    return 1 if any(row.failed for row in collector.rows.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
