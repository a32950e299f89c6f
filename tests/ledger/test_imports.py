"""Imports: a dry run first, what fits is taken, what does not comes back; the same file twice changes nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from lantian.apps.accounts.models import Person
from lantian.apps.audit.models import Entry
from lantian.apps.audit.services import verify_chain
from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import ChangeNotice, LedgerImport, Source, SourceChange
from lantian.apps.ledger.services import change_source, create_source
from lantian.apps.ledger.services.imports import check_import, outcome, run_import
from lantian.apps.ledger.services.sources import Values
from tests.ledger.conftest import AT
from tests.ledger.sheets import sites, workbook

SITE = "construction-site"


class Import:
    """Imports files of sites for tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def check(self, path: Path, by: Any = None, ledger: str = SITE) -> LedgerImport:
        return check_import(path, kind(ledger), by=by, at=AT)

    def run(self, path: Path, by: Any = None, ledger: str = SITE) -> LedgerImport:
        return run_import(self.check(path, by, ledger), at=AT, folder=self.folder)


@pytest.fixture
def importer(district: None, tmp_path: Path) -> Import:
    return Import(tmp_path / "returned")


def why(entry: LedgerImport) -> list[tuple[int, str, str]]:
    return [(one["row"], one["column_zh"], one["zh"]) for one in entry.problems]


@pytest.mark.django_db
def test_a_dry_run_counts_and_writes_nothing(importer: Import, tmp_path: Path) -> None:
    path = sites(tmp_path / "a.xlsx", {}, {"名称": "乙", "施工许可证号": "GS-2", "施工阶段": "打桩"})
    entry = importer.check(path)
    assert outcome(entry) == {"rows": 2, "created": 1, "updated": 0, "unchanged": 0, "refused": 1}
    ((row, column, text),) = why(entry)
    assert (row, column) == (3, "施工阶段")
    assert "打桩" in text
    assert "土方" in text
    assert not Source.objects.exists()


@pytest.mark.django_db
def test_what_fits_is_taken_and_the_rest_comes_back_with_reasons_and_marked_cells(
    importer: Import, tmp_path: Path
) -> None:
    path = sites(
        tmp_path / "a.xlsx",
        {"占地面积": "２８６００ "},
        {"施工许可证号": "GS-2", "施工阶段": "打桩"},
        {"施工许可证号": "GS-3", "占地面积": -1},
    )
    entry = importer.run(path)
    made = Source.objects.get()
    assert (made.code, made.area_id, made.trade_id, made.state) == ("GD000001", "110105001", "housing", "planned")
    assert made.attributes["area_m2"] == 28600.0
    assert made.attributes["cycle_start"] == "2019-03-01"
    assert (entry.state, entry.refused) == ("done", 2)
    sheet = load_workbook(entry.returned_path).worksheets[0]
    assert sheet.cell(1, 10).value == "问题 Problem"
    assert sheet.cell(2, 5).value == "打桩"
    assert sheet.cell(2, 5).fill.fgColor.rgb == "FFFBD5D5"
    assert sheet.cell(2, 1).fill.fgColor.rgb != "FFFBD5D5"
    assert "should" not in str(sheet.cell(2, 10).value)
    assert "占地面积" in str(sheet.cell(3, 10).value)
    assert "Ground area" in str(sheet.cell(3, 10).value)


@pytest.mark.django_db
def test_the_returned_workbook_can_be_mended_and_handed_in_again(importer: Import, tmp_path: Path) -> None:
    entry = importer.run(sites(tmp_path / "a.xlsx", {}, {"施工许可证号": "GS-2", "施工阶段": "打桩"}))
    book = load_workbook(entry.returned_path)
    book.worksheets[0].cell(2, 5).value = "基础"
    book.save(tmp_path / "mended.xlsx")
    again = importer.run(tmp_path / "mended.xlsx")
    assert outcome(again) == {"rows": 1, "created": 1, "updated": 0, "unchanged": 0, "refused": 0}
    assert Source.objects.count() == 2


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing_and_a_new_value_updates_by_key(importer: Import, tmp_path: Path) -> None:
    importer.run(sites(tmp_path / "a.xlsx", {}))
    again = importer.run(sites(tmp_path / "a.xlsx", {}))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)
    third = importer.run(sites(tmp_path / "a.xlsx", {"名称": "金泰里三期", "施工阶段": "主体", "施工单位": None}))
    assert (third.created, third.updated) == (0, 1)
    source = Source.objects.get()
    assert (source.name, source.version, source.attributes["builder"]) == ("金泰里三期", 2, "中建一局")
    assert "金泰里三期" in source.search
    kinds = list(SourceChange.objects.order_by("pk").values_list("kind", "version"))
    assert kinds == [("imported", 1), ("imported", 2)]
    last = SourceChange.objects.get(version=2)
    assert last.fields == {"name": ["金泰里二期", "金泰里三期"], "attributes.stage": ["earthwork", "structure"]}
    assert ChangeNotice.objects.filter(change=last, organisation_id="urban-enforcement").count() == 1
    assert Entry.objects.filter(verb="ledger.imported").count() == 3
    assert verify_chain()


@pytest.mark.django_db
def test_a_row_that_doubles_another_of_the_file_is_refused(importer: Import, tmp_path: Path) -> None:
    entry = importer.run(sites(tmp_path / "a.xlsx", {}, {"名称": "另一名"}))
    assert outcome(entry)["created"] == 1
    assert why(entry) == [(3, "施工许可证号", "与本表第 2 行重复。")]


@pytest.mark.django_db
def test_a_street_officer_imports_its_own_ground_alone(
    importer: Import, person: Callable[..., Person], tmp_path: Path
) -> None:
    officer = person("street", "office-1")
    theirs = create_source(
        kind(SITE), Values({"name": "二街工地", "area_id": "110105002"}, {"permit_number": "GS-9"}), by=None, at=AT
    )
    entry = importer.run(
        sites(
            tmp_path / "a.xlsx",
            {},
            {"施工许可证号": "GS-2", "街乡": "第2街道"},
            {"施工许可证号": "GS-9", "名称": "改名"},
            {"施工许可证号": "GS-4", "街乡": None},
        ),
        by=officer,
    )
    assert outcome(entry) == {"rows": 4, "created": 1, "updated": 0, "unchanged": 0, "refused": 3}
    assert [row for row, _, text in why(entry) if "管辖范围" in text] == [3, 4, 5]
    theirs.refresh_from_db()
    assert theirs.name == "二街工地"


@pytest.mark.django_db
def test_states_move_along_the_kinds_moves_and_with_a_reason(importer: Import, tmp_path: Path) -> None:
    heads = ("施工许可证号", "状态", "变更事由")
    importer.run(sites(tmp_path / "a.xlsx", {}))
    jump = importer.run(workbook(tmp_path / "b.xlsx", [heads, ("GS-1", "竣工", "")]))
    assert why(jump)[0][2] == "不能从现状态改为“竣工”，可以改为：在建。"
    importer.run(workbook(tmp_path / "b.xlsx", [heads, ("GS-1", "在建", "")]))
    bare = importer.run(workbook(tmp_path / "b.xlsx", [heads, ("GS-1", "停工", "")]))
    assert why(bare)[0][1:] == ("变更事由", "“停工”须写明变更事由。")
    importer.run(workbook(tmp_path / "b.xlsx", [heads, ("GS-1", "停工", "扬尘超标")]))
    assert Source.objects.get().state == "paused"
    assert SourceChange.objects.order_by("-pk")[0].reason == "扬尘超标"


@pytest.mark.django_db
def test_positions_are_converted_by_their_named_datum_and_give_the_street(importer: Import, tmp_path: Path) -> None:
    heads = ("名称", "发现日期", "经度", "纬度", "坐标系")
    rows = [
        heads,
        ("甲", "2019-06-01", 116.4600, 39.9214, ""),
        ("乙", "2019-06-01", 116.4600, 39.9214, "GCJ-02"),
        ("丙", "2019-06-01", 39.92, 116.46, ""),
        ("丁", "2019-06-01", 121.47, 31.23, ""),
        ("戊", "2019-06-01", "116°27'", 39.92, ""),
        ("己", "2019-06-01", 116.46, 39.92, "北京54"),
    ]
    entry = importer.run(workbook(tmp_path / "a.xlsx", rows), ledger="barbecue")
    one, two = Source.objects.order_by("code")
    assert (one.longitude, one.latitude, one.area_id) == (116.46, 39.9214, "110105001")
    assert two.longitude is not None
    assert 0.005 < 116.46 - two.longitude < 0.007  # GCJ-02 lies about 500 m to the east of WGS-84 here
    texts = [text for _, _, text in why(entry)]
    assert "写反" in texts[0]
    assert "不在本区" in texts[1]
    assert "小数" in texts[2]
    assert "WGS-84" in texts[3]


@pytest.mark.django_db
def test_check_digits_and_references_are_checked_and_personal_values_stay_out_of_the_answer(
    importer: Import, tmp_path: Path
) -> None:
    heads = ("名称", "统一社会信用代码", "行业", "联系电话")
    rows = [heads, ("甲", "91350100M000100Y43", "机械", ""), ("乙", "91350100M000100Y44", "机械", "12345678")]
    entry = importer.run(workbook(tmp_path / "a.xlsx", rows), ledger="enterprise")
    assert "应为 3" in why(entry)[0][2]
    assert entry.problems[1]["found"] == "*" * 8
    materials = [("名称", "所属企业", "年用量"), ("胶", "甲", 2), ("漆", "丙", 2), ("墨", "91350100M000100Y43", 1)]
    entry = importer.run(workbook(tmp_path / "b.xlsx", materials), ledger="material")
    assert [row for row, _, _ in why(entry)] == [3]
    firm = Source.objects.get(kind="enterprise")
    assert (
        list(Source.objects.filter(kind="material").values_list("parent", "attributes__enterprise"))
        == [(firm.pk, firm.code)] * 2
    )


@pytest.mark.django_db
def test_a_change_made_while_the_file_was_imported_is_not_overwritten(
    importer: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    importer.run(sites(tmp_path / "a.xlsx", {}))
    entry = importer.check(sites(tmp_path / "b.xlsx", {"施工阶段": "主体"}))

    def overtake(share: float) -> None:
        if share < 1:
            source = Source.objects.get()
            change_source(source, Values({}, {"stage": "finishing"}), version=1, by=None, at=AT)

    run_import(entry, at=AT, folder=importer.folder, progress=overtake)
    assert "他人修改" in why(entry)[0][2]
    assert Source.objects.get().attributes["stage"] == "finishing"


@pytest.mark.django_db
def test_an_empty_or_masked_cell_leaves_what_is_stored(importer: Import, tmp_path: Path) -> None:
    heads = ("施工许可证号", "联系电话", "现场负责人", "建设单位")
    importer.run(sites(tmp_path / "a.xlsx", {}))
    importer.run(workbook(tmp_path / "b.xlsx", [heads, ("GS-1", "13800100000", "王守蓝", "")]))
    entry = importer.run(workbook(tmp_path / "c.xlsx", [heads, ("GS-1", "138****0000", "王**", "")]))
    assert entry.unchanged == 1
    stored = Source.objects.get().attributes
    assert (stored["phone"], stored["contact"], stored["developer"]) == ("13800100000", "王守蓝", "金泰置业")
