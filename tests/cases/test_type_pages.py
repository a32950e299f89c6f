"""The help pages of the case types: drawn from the pack itself, in both languages, with what each step asks."""

from collections.abc import Callable
from datetime import date
from xml.etree import ElementTree

import pytest
from django.test import Client

from lantian.apps.accounts.models import Person
from lantian.kernel.errors import Text
from lantian.policy.case_diagram import diagram
from lantian.policy.cases import case_rules
from lantian.policy.reader import load_pack

pytestmark = pytest.mark.django_db
TYPES = case_rules(load_pack("cn-110105-2018")).types(date(2026, 1, 1))
LABELS = {one.id: Text(one.zh, one.en) for one in TYPES.values()}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", TYPES)
def test_a_drawing_names_every_step_and_outcome_and_leads_every_way(name: str, language: str) -> None:
    record = TYPES[name]
    root = ElementTree.fromstring(diagram(record, language, dict(record.parties), LABELS))  # our own
    said = [one.text or "" for one in root.iter(f"{SVG}text")]
    for step in record.steps:
        assert any(Text(step.zh, step.en).in_language(language) in text for text in said), step.id
        for one in step.outcomes:
            assert any(Text(one.zh, one.en).in_language(language) in text for text in said), one.id
    heads = [one for one in root.iter(f"{SVG}path") if one.get("fill-opacity")]
    ways = sum(len(one.to) for step in record.steps for one in step.outcomes)
    assert len(heads) == ways + len(record.start)
    assert len(list(root.iter(f"{SVG}rect"))) == len(record.steps)
    width = float(root.get("width") or 0)
    assert all(float(one.get("x") or 0) < width for one in root.iter(f"{SVG}text"))


def test_texts_of_a_drawing_are_escaped() -> None:
    record = TYPES["dust-violation"].model_copy(update={"zh": "<script>"})
    assert "<script>" not in diagram(record, "zh-hans")


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "24 小时"), ("en", "24 h")])
def test_the_help_pages_show_the_types_with_their_clocks_evidence_and_ladder(
    officer: Person, language: str, said: str
) -> None:
    client = Client(headers={"accept-language": language})
    client.force_login(officer)
    listed = client.get("/cases/types/").content.decode()
    assert all(f"/cases/types/{name}/" in listed for name in TYPES)
    page = client.get("/cases/types/dust-violation/").content.decode()
    assert "<svg" in page
    assert said in page
    assert ("暂停在京投标资格半年" if language != "en" else "no bidding in Beijing") in page
    assert client.get("/cases/types/no-such-type/").status_code == 404


@pytest.mark.parametrize("name", TYPES)
def test_every_type_has_its_page(officer: Person, name: str) -> None:
    client = Client()
    client.force_login(officer)
    assert client.get(f"/cases/types/{name}/").status_code == 200


def test_the_list_goes_on_after_the_last_case_of_a_page(
    officer: Person, opened: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lantian.apps.cases.selectors.listing.PAGE", 2)
    client = Client()
    client.force_login(officer)
    cases = [opened() for _ in range(5)]  # all at one moment: told apart by their keys
    first = client.get("/cases/all/")
    seen = [line.case.pk for line in first.context["page"].rows]
    while last := first.context["page"].last:
        query = {"after": last.case.pk, "passed": first.context["page"].upto}
        first = client.get("/cases/all/", query)
        seen += [line.case.pk for line in first.context["page"].rows]
    assert seen == [one.pk for one in reversed(cases)]  # type: ignore[attr-defined]
