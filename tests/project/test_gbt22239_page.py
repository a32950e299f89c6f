"""Every control of GB/T 22239 that the page claims is shown by a test that exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "gbt22239.md"
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE.read_text(encoding="utf-8"))))
CONTROLS = [
    "身份鉴别", "访问控制", "安全审计", "入侵防范", "数据完整性", "数据保密性", "剩余信息保护", "个人信息保护",
    "安全管理中心",
]  # fmt: skip


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_the_named_test_exists(file: str, name: str) -> None:
    assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


def test_every_control_that_software_can_meet_has_its_section() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [word for word in CONTROLS if f"## {word}" not in page] == []
    assert len(NAMED) > 30
