"""Where the shared data of the workplace lie, for tests that compare with real data; absent elsewhere."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


def shared(path: str) -> Path:
    """Return a shared file, or skip the test with the reason."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"needs ../shared/{path} beside the checkout, which is not there")
    return found
