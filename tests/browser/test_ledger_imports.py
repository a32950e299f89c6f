"""An import into a ledger in a real browser: upload, dry run, what fits, the returned workbook."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.ledger.models import Source
from lantian.policy.reader import load_pack
from tests.browser.conftest import Tab
from tests.ledger.sheets import sites

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("language", "width"), [("zh", 1440), ("en", 1440), ("zh", 390)])
def test_a_sheet_is_tried_imported_and_returned(
    tab: Callable[..., Tab], tmp_path: Path, settings: Any, language: str, width: int
) -> None:
    settings.DATA_DIR = tmp_path
    sync_pack(load_pack(settings.PACK), at=datetime.now(UTC))
    changes = [{"施工许可证号": f"GS-{n}", "街乡": "建外街道", "名称": f"金泰里{n}期"} for n in range(12)]
    changes += [
        {"施工许可证号": "GS-90", "街乡": "建外街道", "施工阶段": "打桩"},
        {"施工许可证号": "GS-91", "街乡": "无名街道"},
    ]
    path = sites(tmp_path / "2019年6月工地台账.xlsx", *changes)
    page = tab("duty", language=language, width=width)
    page.open("/ledgers/construction-site/import/")
    page.page.set_input_files("#file", path)
    page.page.click("form.form button.act")
    page.page.wait_for_selector("#row-problems")
    assert page.page.locator("#row-problems tbody tr").count() == 2
    page.keep(f"ledger-import-tried-{language}-{width}")
    page.page.click("#result button.pri")
    page.page.wait_for_selector("#result a.btn")
    assert Source.objects.count() == 12
    page.keep(f"ledger-import-done-{language}-{width}")
    assert page.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
