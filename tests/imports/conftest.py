"""An empty lake for the tests of imports."""

from pathlib import Path

import pytest

from tests.imports.files import Intake


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    """Return a way into an empty lake."""
    return Intake(tmp_path)
