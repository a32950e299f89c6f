"""Sheets as people make them: merged cells, hidden sheets, formulas, all kinds of dates, files that are none."""

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from lantian.apps.ledger.kinds import kind, kinds
from lantian.apps.ledger.sheets.cells import FileProblem, read_workbook
from lantian.apps.ledger.sheets.columns import columns_of, find_heads
from lantian.apps.ledger.sheets.reading import read_sheet
from lantian.apps.ledger.sheets.template import LISTS, template
from tests.ledger.sheets import SITE_HEADS, site_row, sites, workbook

SITE = "construction-site"


def said(path: Path) -> str:
    return " ".join(note.zh for note in read_sheet(path, kind(SITE)).notes)


def test_heads_are_found_in_any_order_in_both_languages_with_units_and_below_a_title(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["施工工地扬尘治理台账"],
        [],
        ["占地面积（m²）*", "Name *", "施工阶段", "备注"],
        [100, "甲工地", "土方", "x"],
    ]
    sheet = read_sheet(workbook(tmp_path / "a.xlsx", rows), kind(SITE))
    (row,) = sheet.rows
    assert (row.number, row.own["name"]) == (4, "甲工地")
    assert row.attributes == {"area_m2": 100, "stage": "土方"}
    assert "“备注”（不是本台账的列）" in sheet.notes[0].zh


def test_a_head_with_another_unit_is_not_taken_for_the_column() -> None:
    heads = find_heads(kind(SITE), {0: "占地面积（亩）", 1: "名称"})
    assert [column.name for column in heads.columns.values()] == ["name"]
    assert heads.strange[0][1].zh == "单位应为 m²"


def test_merged_cells_give_each_of_their_rows_the_value_and_that_is_said(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, SITE_HEADS)
    for number in (1, 2, 3):
        sheet.write_row(number, 0, site_row(名称=f"工地{number}"))
    sheet.merge_range(1, 3, 3, 3, "中建三局")
    book.close()
    rows = read_sheet(tmp_path / "a.xlsx", kind(SITE)).rows
    assert [row.attributes["builder"] for row in rows] == ["中建三局"] * 3
    assert "D2:D4" in said(tmp_path / "a.xlsx")


def test_hidden_sheets_are_left_out_and_hidden_rows_are_read_and_both_are_said(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    hidden = book.add_worksheet("旧数据")
    sheet = book.add_worksheet("台账")
    for page in (hidden, sheet):
        page.write_row(0, 0, SITE_HEADS)
        page.write_row(1, 0, site_row())
    sheet.activate()
    sheet.set_first_sheet()
    hidden.hide()
    sheet.set_row(1, None, None, {"hidden": True})
    book.close()
    found = read_sheet(tmp_path / "a.xlsx", kind(SITE))
    assert len(found.rows) == 1
    assert "隐藏的工作表未读：旧数据" in said(tmp_path / "a.xlsx")
    assert "第 2 行" in said(tmp_path / "a.xlsx")


def test_formulas_are_read_by_their_stored_result_and_refused_at_their_row_without_one(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, SITE_HEADS)
    sheet.write_row(1, 0, site_row())
    sheet.write_formula(1, 5, "=100*286", None, 28600)
    sheet.write_row(2, 0, site_row(名称="乙"))
    sheet.write_formula(2, 5, "=1/0", None, "#DIV/0!")
    book.close()
    one, two = read_sheet(tmp_path / "a.xlsx", kind(SITE)).rows
    assert one.attributes["area_m2"] == 28600
    assert "#DIV/0!" in two.problems[0].text.zh
    assert "F2、F3" in said(tmp_path / "a.xlsx")
    bare = tmp_path / "b.xlsx"
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(bare, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<v>28600</v>", b"", 1) if "sheet1" in name else old.read(name))
    assert "公式没有保存计算结果" in read_sheet(bare, kind(SITE)).rows[0].problems[0].text.zh


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (date(2019, 3, 1), date(2019, 3, 1)),
        (43525, date(2019, 3, 1)),  # 1 March 2019 as a day number: 43,525 days after 30 December 1899
        ("43525", date(2019, 3, 1)),
        ("2019年3月1日", "2019年3月1日"),
        (20190301, 20190301),
    ],
)
def test_dates_are_taken_as_days_as_day_numbers_and_as_texts(tmp_path: Path, written: object, read: object) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx", {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, SITE_HEADS)
    sheet.write_row(1, 0, site_row(施工周期起=written))
    book.close()
    assert read_sheet(tmp_path / "a.xlsx", kind(SITE)).rows[0].attributes["cycle_start"] == read


def test_a_long_number_that_a_sheet_rounded_is_not_taken(tmp_path: Path) -> None:
    path = sites(tmp_path / "a.xlsx", {"施工许可证号": 110105201903010101})
    (problem,) = read_sheet(path, kind(SITE)).rows[0].problems
    assert "15 位" in problem.text.zh


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_is_read_in_utf8_and_gbk(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("名称,施工阶段\n金泰里,土方\n", encoding=encoding)
    assert read_sheet(path, kind(SITE)).rows[0].own["name"] == "金泰里"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xd0\xcf\x11\xe0 an old workbook", ".xls"),
        (b"PK\x03\x04 broken", "损坏"),
        (b"\x89PNG\r\n an image", "损坏"),
        (b"", "损坏"),
    ],
)
def test_what_is_no_workbook_is_refused_as_a_whole(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(FileProblem) as error:
        read_workbook(path)
    assert why in error.value.text.zh


def test_entities_in_a_workbook_are_refused(tmp_path: Path) -> None:
    good, bad = sites(tmp_path / "a.xlsx", {}), tmp_path / "b.xlsx"
    trap = b'<!DOCTYPE a [<!ENTITY b "c">]>'
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
        for name in old.namelist():
            raw = old.read(name)
            new.writestr(name, raw.replace(b"?>", b"?>" + trap, 1) if name.endswith("workbook.xml") else raw)
    with pytest.raises(FileProblem):
        read_workbook(bad)


def test_a_sheet_without_heads_is_told_which_columns_to_name(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="Use this ledger's template"):
        read_sheet(workbook(tmp_path / "a.xlsx", [["a", "b"], [1, 2]]), kind(SITE))
    with pytest.raises(FileProblem, match="no rows"):
        read_sheet(workbook(tmp_path / "b.xlsx", [SITE_HEADS]), kind(SITE))


@pytest.mark.django_db
@pytest.mark.usefixtures("district")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kinds_template_is_read_back_by_its_heads_and_its_help_and_example_are_no_data(
    tmp_path: Path, language: str
) -> None:
    for one in kinds().values():
        path = tmp_path / f"{one.id}.xlsx"
        path.write_bytes(template(one, language))
        (grid,) = read_workbook(path).sheets
        heads = find_heads(one, {place: str(cell) for place, cell in grid.rows[1].items()})
        assert list(heads.columns.values()) == list(columns_of(one)), one.id
        with pytest.raises(FileProblem, match="no rows"):
            read_sheet(path, one)


@pytest.mark.django_db
@pytest.mark.usefixtures("district")
def test_the_template_offers_choices_and_locks_heads_and_codes(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(template(kind(SITE), "zh"))
    book = load_workbook(path)
    sheet = book.worksheets[0]
    assert book[LISTS].sheet_state == "veryHidden"
    assert sheet.protection.sheet
    names = [column.name for column in columns_of(kind(SITE))]
    stage = names.index("stage") + 1
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    letter = get_column_letter(stage)
    named = rules[f"{letter}4:{letter}2004"]
    assert book.defined_names[named.lstrip("=")].attr_text == f"'{LISTS}'!${letter}$1:${letter}$7"
    assert [book[LISTS].cell(row, stage).value for row in (1, 2)] == ["施工准备", "拆除"]
    assert sheet.cell(1, names.index("builder") + 1).value == "施工单位 *"
    assert sheet.column_dimensions["A"].protection.locked
    assert not sheet.column_dimensions["B"].protection.locked
