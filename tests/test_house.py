"""The house keeps its own rules: no addresses in locks, no junk-drawer modules."""

import re

import pytest

from tests.shared import ROOT

JUNK_DRAWERS = {"utils.py", "helpers.py", "common.py", "misc.py", "manager.py"}


@pytest.mark.parametrize(
    "lock", ["requirements.lock", "requirements-dev.lock", "requirements-bench.lock", "package-lock.json"]
)
def test_a_lock_holds_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.findall(r"(?:https?|git|file)(?:\+\w+)?://\S+", text) == []


def test_a_pinned_requirement_has_hashes() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9-]+(?:\[.*\])?==", text, re.MULTILINE)
    assert len(pins) > 20
    assert text.count("--hash=sha256:") >= len(pins)


def test_no_module_is_a_junk_drawer() -> None:
    found = [path for path in (ROOT / "src").rglob("*.py") if path.name in JUNK_DRAWERS]
    assert found == []


def test_no_template_carries_what_the_content_policy_forbids() -> None:
    inline = re.compile(r"""\s(style|on[a-z]+)=["']""")
    found = [
        f"{path.relative_to(ROOT)}: {hit.group().strip()}"
        for path in sorted((ROOT / "src").rglob("templates/**/*.html"))
        for hit in inline.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []
