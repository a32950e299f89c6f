"""No record of any shipped pack is without a citation that can be resolved (B1)."""

import pytest

from lantian.policy.reader import load_pack, shipped_packs
from lantian.policy.records import Record
from lantian.policy.records_plan import Article

RECORDS = [(name, record) for name in shipped_packs() for record in load_pack(name).layers[0].records]


@pytest.mark.row("B1")
@pytest.mark.parametrize("name", shipped_packs())
def test_every_record_cites_an_article_of_its_plan_or_a_standard(name: str) -> None:
    pack = load_pack(name)
    articles = {article.article for article in pack.all(Article)}
    unresolved = [
        f"{record.table} {record.id}"
        for record in pack.layers[0].records
        if not (record.standard or (record.article is not None and record.article in articles))
    ]
    assert unresolved == []


def test_every_citation_reads_in_both_languages() -> None:
    assert [record.id for _, record in RECORDS if not (record.citation.zh.strip() and record.citation.en.strip())] == []


def test_every_record_knows_where_it_is_written() -> None:
    def written(name: str, record: Record) -> bool:
        return record.origin is not None and record.origin.pack == name and record.origin.line > 0

    assert [record.id for name, record in RECORDS if not written(name, record)] == []


def test_the_plan_has_all_its_31_articles() -> None:
    articles = load_pack("cn-110105-2018").all(Article)
    assert sorted(article.article for article in articles) == list(range(1, 32))
