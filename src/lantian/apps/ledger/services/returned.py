"""The returned workbook (退回表): the rows that were refused, as they were, with the reason and the cells marked."""

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from lantian.apps.ledger.services.planning import Planned
from lantian.apps.ledger.sheets.cells import Cell
from lantian.apps.ledger.sheets.reading import Sheet, shown

TITLE = "问题 Problem"
_LONGEST = 32_000


def write_returned(path: Path, sheet: Sheet, refused: Sequence[Planned]) -> None:
    """Write the refused rows under the heads of the file; the last column says what to mend, in both languages."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet("退回 Returned")
    head = book.add_format({"bold": True, "bg_color": "#E8EEF7", "border": 1})
    wrong = book.add_format({"bg_color": "#FBD5D5"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    places = sorted(sheet.titles)
    at = {place: number for number, place in enumerate(places)}
    for place in places:
        page.write_string(0, at[place], sheet.titles[place], head)
    page.write_string(0, len(places), TITLE, head)
    column_at = {column.name: at[place] for place, column in sheet.heads.items() if place in at}
    page.freeze_panes(1, 0)
    for number, one in enumerate(refused, 1):
        marked = {column_at[problem.column.name] for problem in one.problems
                  if problem.column and problem.column.name in column_at}  # fmt: skip
        for place in places:
            value = one.row.cells.get(place)
            style = wrong if at[place] in marked else None
            if isinstance(value, float) and not isinstance(value, bool):
                page.write_number(number, at[place], value, style)
            else:
                page.write_string(number, at[place], _text(value), style or (day if value is not None else None))
        page.write_string(number, len(places), _reasons(one)[:_LONGEST], wrong)
    book.close()


def _text(value: Cell) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return shown(value)


def _reasons(planned: Planned) -> str:
    zh = "；".join(_with_column(problem.column.text.zh if problem.column else "", problem.text.zh, "：")
                  for problem in planned.problems)  # fmt: skip
    en = "; ".join(_with_column(problem.column.text.en if problem.column else "", problem.text.en, ": ")
                   for problem in planned.problems)  # fmt: skip
    return f"{zh}\n{en}"


def _with_column(label: str, text: str, joint: str) -> str:
    return text if not label or label in text else f"{label}{joint}{text}"
