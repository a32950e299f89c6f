"""Write a docs page that draws each case type of the shipped packs: ``python -m lantian.policy.case_reference DIR``."""

import sys
from collections.abc import Iterator
from pathlib import Path

from lantian.kernel.errors import Text
from lantian.policy.case_diagram import diagram
from lantian.policy.pack import Pack
from lantian.policy.reader import load_pack, shipped_packs
from lantian.policy.records_case import CaseTypeRecord
from lantian.policy.records_plan import Organisation

HEAD = """# 案件类型 Case types

本页由随附政策包的案件表生成；粗体结果具有法律效力。
This page is drawn from the case tables of the shipped packs; outcomes in bold have legal effect.
"""


def write_cases(folder: Path) -> Path:
    """Write ``index.md`` into a folder; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "index.md"
    path.write_text("\n".join([HEAD, *_parts()]), encoding="utf-8")
    return path


def _parts() -> Iterator[str]:
    for name in shipped_packs():
        pack = load_pack(name)
        records = [one for one in pack.layers[0].records if isinstance(one, CaseTypeRecord)]
        for record in sorted(records, key=lambda one: one.order):
            yield from _type(record, pack)


def _type(record: CaseTypeRecord, pack: Pack) -> Iterator[str]:
    names = {one.id: Text(one.zh, one.en) for one in pack.all(Organisation)}
    types = {one.id: Text(one.zh, one.en) for one in pack.all(CaseTypeRecord)}
    yield f"## {record.zh} {record.en}\n"
    yield f"{record.citation.zh} · {record.citation.en} · `{record.id}`\n"
    for language in ("zh-hans", "en"):
        parties = {
            party: names.get(code, Text(code, code)).in_language(language) for party, code in record.parties.items()
        }
        yield f'```{{raw}} html\n<div style="overflow-x:auto">{diagram(record, language, parties, types)}</div>\n```\n'


if __name__ == "__main__":
    write_cases(Path(sys.argv[1]))
