"""The docs page of the case types is made from the packs."""

from pathlib import Path

from lantian.policy.case_reference import write_cases
from lantian.policy.reader import load_pack
from lantian.policy.records_case import CaseTypeRecord


def test_every_type_is_drawn_in_both_languages(tmp_path: Path) -> None:
    page = write_cases(tmp_path / "cases").read_text(encoding="utf-8")
    records = load_pack("cn-110105-2018").all(CaseTypeRecord)
    assert page.count("<svg") == 2 * len(records)
    for record in records:
        assert f"## {record.zh} {record.en}" in page
