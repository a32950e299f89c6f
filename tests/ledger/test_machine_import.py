"""Machines that come by sheet are reviewed and labelled as those that owners file; a wrong code stays out."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import Credential, LedgerImport, Source
from lantian.apps.ledger.services import create_source
from lantian.apps.ledger.services.sources import Values
from tests.ledger.conftest import AT
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


@pytest.fixture
def firm(person: Callable[..., Person], tmp_path: Path, settings: Any) -> Client:
    """An enterprise's own account."""
    settings.DATA_DIR = tmp_path / "data"
    Organisation.objects.create(code="rival", name_zh="别家企业", kind="enterprise")
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(person("enterprise", "firm"))
    return client


def sent(client: Client, path: Path, rows: list[list[Any]], heads: list[str] = HEADS) -> str:
    """Upload a sheet and import what fits; returns the page of the dry run."""
    sheet = workbook(path, [heads, *rows])
    file = SimpleUploadedFile(sheet.name, sheet.read_bytes())
    tried = client.post("/ledgers/machine/import/", {"file": file}, follow=True).content.decode()
    client.post(f"/ledgers/imports/{LedgerImport.objects.latest('pk').pk}/", {"act": "import"})
    return tried


def machine(code: str, owner: str, **more: Any) -> Source:
    facts = {"environment_code": code, "type": "excavator", "maker": "某厂", "model": "PC200", "serial": code[-4:],
             "power_kw": 110.0, "energy": "diesel", "stage": "3", "industry": "housing", **more}  # fmt: skip
    own = {"name": "挖掘机", "state": "filed", "owner_id": owner}
    return create_source(kind("machine"), Values(own, facts), by=None, at=AT)


CODES = [f"CNFJG300CAT1C7ABC100012{number}" for number in range(6)]


@pytest.mark.row("S09")
def test_an_enterprise_files_its_own_machines_by_excel(firm: Client, tmp_path: Path) -> None:
    assert "Excel 批量申报" in firm.get("/ledgers/machinery/").content.decode()
    template = load_workbook(io.BytesIO(firm.get("/ledgers/machine/template.xlsx").content))
    heads = [str(cell.value) for cell in template.worksheets[0][1]]
    assert any(head.startswith("出厂编号") for head in heads)
    assert not any("烟度" in head or "检测日期" in head for head in heads)
    tried = sent(
        firm, tmp_path / "a.xlsx", [[*row(CODES[0], "S1"), 0.3], row("wrong", "S2")], [*HEADS, "烟度检测光吸收系数"]
    )
    assert "wrong" in tried
    made = Source.objects.get(kind="machine")
    assert (made.owner_id, made.state, made.attributes["serial"]) == ("firm", "filed", "S1")
    assert "smoke_k" not in made.attributes  # a test's result is the bureau's to write
    assert "烟度检测光吸收系数" in tried  # and the page says that the column is left out
    assert made.changes.get().kind == "imported"
    assert made.code in firm.get("/ledgers/machinery/").content.decode()


def test_an_enterprise_touches_no_others_and_no_state_or_judged_fact(firm: Client, tmp_path: Path) -> None:
    theirs, own, named = machine(CODES[1], "rival"), machine(CODES[2], "firm"), machine(CODES[3], "firm", maker="旧厂")
    heads = ["编码", *HEADS, "状态"]
    tried = sent(
        firm,
        tmp_path / "b.xlsx",
        [
            [None, *row(CODES[1], "X1"), None],
            [theirs.code, *row(CODES[4], "X2"), None],
            ["FD999999", *row(CODES[5], "X3"), None],
            [own.code, *row(CODES[5], "X4"), None],
            [None, *row("CNFJG300CAT1C7ABC1000130", "X5"), "已备案"],
            [named.code, *row(CODES[3], named.attributes["serial"]), None],
        ],
        heads,
    )
    for said in ("不属于本单位", "本单位没有此编码", "由主管部门核改", "状态由主管部门办理"):
        assert said in tried, said
    assert "别家企业" not in tried
    assert Source.objects.count() == 3
    named.refresh_from_db()
    own.refresh_from_db()
    assert (named.attributes["maker"], own.attributes["environment_code"]) == ("某厂", CODES[2])
    assert LedgerImport.objects.latest("pk").refused == 5


def test_an_enterprise_files_nothing_but_what_owners_file(firm: Client) -> None:
    assert firm.get("/ledgers/construction-site/import/").status_code == 403
    assert firm.get("/ledgers/machine/import/").status_code == 200
    code = machine(CODES[0], "firm").code
    firm.post(f"/ledgers/machine/{code}/edit/", {"version": "1", "a.smoke_k": "0.1", "a.maker": "新厂"})
    kept = Source.objects.get(code=code).attributes
    assert (kept["maker"], "smoke_k" in kept) == ("新厂", False)
