"""Machines that come by sheet are reviewed and labelled as those that owners file; a wrong code stays out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lantian.apps.accounts.models import Person
from lantian.apps.ledger.models import Credential, LedgerImport, Source
from tests.ledger.sheets import workbook

pytestmark = pytest.mark.django_db
HEADS = [
    "名称",
    "环保信息公开编号",
    "机械类型",
    "生产厂家",
    "型号",
    "出厂编号",
    "额定净功率",
    "能源类型",
    "排放阶段",
    "所属行业",
]


def row(code: str, serial: str) -> list[Any]:
    return ["挖掘机", code, "挖掘机", "某厂", "PC200", serial, 110, "柴油", "国三", "住建"]


@pytest.mark.row("S09")
def test_a_sheet_of_machines_is_imported_reviewed_and_labelled(
    person: Callable[..., Person], tmp_path: Path, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    client = Client()
    client.force_login(person("bureau", "environment"))
    good, short = row("CNFJG300CAT1C7ABC1000123", "S1"), row("CNFJG300CAT1C7ABC100012", "S2")
    sheet = workbook(tmp_path / "machines.xlsx", [HEADS, good, short])
    file = SimpleUploadedFile(sheet.name, sheet.read_bytes())
    tried = client.post("/ledgers/machine/import/", {"file": file}, follow=True).content.decode()
    assert "CNFJG300CAT1C7ABC100012" in tried
    client.post(f"/ledgers/imports/{LedgerImport.objects.get().pk}/", {"act": "import"})
    machine = Source.objects.get(kind="machine")
    assert machine.state == "filed"
    client.post(reverse("ledger:machine-review", args=[machine.pk]), {"what": "approve"})
    label = Credential.objects.get()
    assert (label.source, label.state, label.number[0]) == (machine, "valid", "3")
