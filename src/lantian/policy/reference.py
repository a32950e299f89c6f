"""Write a docs page for every table of the shipped packs (标准与记录参考): ``python -m lantian.policy.reference DIR``.

Every record is listed with its label, what it says, its source, its dates and whether it is confirmed.
"""

import html
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from lantian.kernel.errors import Text
from lantian.policy.describe import Row, confidence, describe, is_unconfirmed, validity
from lantian.policy.labels import table_label
from lantian.policy.layer import Layer
from lantian.policy.reader import load_pack, shipped_packs
from lantian.policy.records import RECORD_TYPES, Record


def write_reference(folder: Path) -> list[Path]:
    """Write ``index.md`` and one page per table into a folder; return the files."""
    layers = [load_pack(name).layers[0] for name in shipped_packs()]
    folder.mkdir(parents=True, exist_ok=True)
    pages = {f"{table}.md": table_page(table, layers) for table in _tables(layers)}
    pages["index.md"] = index_page(layers)
    for stale in folder.glob("*.md"):
        if stale.name not in pages:
            stale.unlink()
    return [_written(folder / name, text) for name, text in sorted(pages.items())]


def index_page(layers: Sequence[Layer]) -> str:
    """Return the page that names the packs and leads to the tables."""
    tables = _tables(layers)
    packs = [_pack_line(layer) for layer in layers]
    rows = [f"| [{_both(table_label(table))}]({table}.md) | {_counts(layers, table)} |" for table in tables]
    return "\n".join(
        [
            "# 标准与政策记录 Standards and policy records",
            "",
            "本页由随附的政策包生成。This page is made from the shipped policy packs.",
            "",
            *packs,
            "",
            "| 表 Table | 记录 Records |",
            "| --- | --- |",
            *rows,
            "",
            "```{toctree}",
            ":hidden:",
            "",
            *tables,
            "```",
            "",
        ]
    )


def table_page(table: str, layers: Sequence[Layer]) -> str:
    """Return the page of a table: its keys, then its records by pack."""
    parts = [f"# {_both(table_label(table))}", "", _keys(RECORD_TYPES[table]), ""]
    for layer in layers:
        records = [record for record in layer.records if record.table == table]
        if records and layer.header:
            parts += [f"## {_cell(layer.header.zh)} {_cell(layer.header.en)}", "", *_record_table(records), ""]
    return "\n".join(parts)


def _keys(kind: type[Record]) -> str:
    """Say which keys a table takes beside those of every record; required ones are bold."""
    own = [(key, field) for key, field in kind.model_fields.items() if key not in Record.model_fields]
    names = [f"**`{key}`**" if field.is_required() else f"`{key}`" for key, field in own]
    return f"`[[{kind.table}]]` 键 keys: {', '.join(names)}" if names else f"`[[{kind.table}]]`"


def _record_table(records: Iterable[Record]) -> list[str]:
    head = "| 编号 id | 名称 label | 内容 content | 出处 source | 有效期 validity | 核实 confidence |"
    return [head, "| --- | --- | --- | --- | --- | --- |", *(_record_line(record) for record in records)]


def _record_line(record: Record) -> str:
    mark = "⚠ " if is_unconfirmed(record) else ""
    content = "<br>".join(_row(row) for row in describe(record))
    labels = f"{_cell(record.zh)}<br>{_cell(record.en)}"
    cells = (f"`{record.id}`", labels, content, _lines(record.citation), _lines(validity(record)))
    return f"| {' | '.join(cells)} | {mark}{record.confidence} {_lines(confidence(record))} |"


def _row(row: Row) -> str:
    unit = f" {_cell(row.unit)}" if row.unit else ""
    value = _cell(row.value.zh) if row.value.zh == row.value.en else _lines(row.value)
    return f"{_both(row.label)}: {value}{unit}"


def _lines(text: Text) -> str:
    return _cell(text.zh) if text.zh == text.en else f"{_cell(text.zh)}<br>{_cell(text.en)}"


def _both(text: Text) -> str:
    return _cell(f"{text.zh} {text.en}" if text.zh != text.en else text.zh)


def _cell(text: str) -> str:
    """Return text that neither ends a cell nor reads as markup."""
    return re.sub(r"([\\`*_\[\]|~])", r"\\\1", html.escape(text, quote=False)).replace("\n", " ")


def _tables(layers: Sequence[Layer]) -> list[str]:
    return sorted({record.table for layer in layers for record in layer.records})


def _counts(layers: Sequence[Layer], table: str) -> str:
    counts: Mapping[str, int] = {layer.id: sum(r.table == table for r in layer.records) for layer in layers}
    return ", ".join(f"{name} {count}" for name, count in counts.items() if count)


def _pack_line(layer: Layer) -> str:
    unconfirmed = sum(is_unconfirmed(record) for record in layer.records)
    label = f"{layer.header.zh} {layer.header.en}" if layer.header else layer.id
    total = f"{len(layer.records)} 条记录 records"
    return f"- `{layer.id}` {_cell(label)}: {total}, {unconfirmed} 条待核实 unconfirmed"


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


if __name__ == "__main__":
    if len(sys.argv) != len(("module", "folder")):
        sys.exit("usage: python -m lantian.policy.reference DIR")
    write_reference(Path(sys.argv[1]))
