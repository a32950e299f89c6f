"""The docs list every record of the shipped packs with its source, dates and confidence."""

import subprocess
import sys
from pathlib import Path

import pytest

from lantian.policy.describe import is_unconfirmed, validity
from lantian.policy.layer import Layer
from lantian.policy.reader import load_pack, shipped_packs
from lantian.policy.reference import index_page, table_page, write_reference
from tests.policy.conftest import RECORDS, WritePack


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("standards")
    return {path.stem: path.read_text(encoding="utf-8") for path in write_reference(folder)}


@pytest.mark.parametrize("name", shipped_packs())
def test_every_shipped_record_is_listed_with_source_and_dates(name: str, pages: dict[str, str]) -> None:
    for record in load_pack(name).layers[0].records:
        lines = [line for line in pages[record.table].splitlines() if line.startswith(f"| `{record.id}` |")]
        assert any(validity(record).en in line for line in lines), record.id
        assert any(_plain(record.citation.en) in _plain(line) for line in lines), record.id
        assert not is_unconfirmed(record) or any("⚠" in line for line in lines), record.id


def _plain(text: str) -> str:
    return text.replace("\\", "").replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")


@pytest.mark.parametrize("name", shipped_packs())
def test_every_shipped_pack_is_named_on_the_index(name: str, pages: dict[str, str]) -> None:
    assert f"- `{name}` " in pages["index"]


def test_the_index_leads_to_every_table(pages: dict[str, str]) -> None:
    assert all(f"]({table}.md)" in pages["index"] for table in pages if table != "index")


def test_a_cell_holds_no_markup_of_its_own(write_pack: WritePack) -> None:
    odd = RECORDS.replace('en = "compliance rate"', 'en = "a | b <i> *c*"').replace(
        "value = 92", 'value = 92\nconfidence = "B?"'
    )
    page = table_page("quantity", load_pack(write_pack(records=odd)).layers)
    assert "a \\| b &lt;i&gt; \\*c\\*" in page
    assert "⚠ B? 待核实（存疑）" in page


def test_a_layer_without_records_of_a_table_is_left_out(write_pack: WritePack) -> None:
    pack = load_pack(write_pack())
    assert table_page("holiday_year", pack.layers).splitlines()[0] == "# 放假安排 Holidays"
    assert "##" not in table_page("holiday_year", pack.layers)


def test_a_table_page_names_its_keys_and_which_are_required(pages: dict[str, str]) -> None:
    assert "`[[sensitive_group]]` 键 keys: **`factor`**\n" in pages["sensitive_group"]
    assert "**`lead`**, `joint`" in pages["task"]


def test_a_layer_without_header_is_named_by_its_folder() -> None:
    assert "- `nameless` nameless: 0" in index_page([Layer(Path("nameless"), None, (), ())])


def test_a_page_of_a_table_that_is_gone_is_removed(tmp_path: Path) -> None:
    (tmp_path / "gone.md").write_text("old")
    write_reference(tmp_path)
    assert not (tmp_path / "gone.md").exists()


def test_the_module_writes_the_pages_into_the_folder_named(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "lantian.policy.reference"]
    assert subprocess.run([*command, str(tmp_path / "out")], check=False).returncode == 0
    assert (tmp_path / "out" / "index.md").exists()
    wrong = subprocess.run(command, check=False, capture_output=True, text=True)
    assert wrong.returncode == 1
    assert "usage" in wrong.stderr
