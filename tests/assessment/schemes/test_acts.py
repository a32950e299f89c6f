"""An assessment from draft to publication: what is frozen, who may do what, what is entered."""

from decimal import Decimal
from typing import Any

import pytest

from lantian.apps.accounts.models import Person
from lantian.apps.assessment.marking import read, written
from lantian.apps.assessment.models import (
    Assessment,
    AssessmentSnapshot,
    EnteredFigure,
)
from lantian.apps.assessment.models.bulletins import FrozenError
from lantian.apps.assessment.services.schemes.acts import (
    Acting,
    AssessmentError,
    draft,
    give_back,
    publish,
    refresh,
    submit,
    withdraw,
)
from lantian.apps.assessment.services.schemes.entries import NewEntries, enter_figures
from lantian.apps.assessment.services.signed import content_of
from lantian.apps.ui.official.validator import check_docx
from tests.assessment.schemes.conftest import (
    FILE,
    FIRST,
    JANUARY,
    SPRING,
    YEAR,
    Make,
    result,
    texts,
)

pytestmark = pytest.mark.django_db


def test_marks_follow_from_the_figures_and_weights_without_data_are_spread(facts: None, drafter: Person) -> None:
    made = draft("yearly-streets", YEAR, Acting(drafter, JANUARY))
    marks = {one.item: one for one in result(made, FIRST).marks.all()}
    # 90 % in time: (90 − 60) ÷ 35; only cases (15) and groundwork (10) have data beside what is counted as none
    kept = [one for one in marks.values() if one.kind == "indicator" and one.state != "spread"]
    assert {"cases", "groundwork"} <= {one.item for one in kept}
    assert sum(one.most or 0 for one in kept) == 100
    cases = marks["cases"]
    assert cases.most is not None
    assert cases.points == (Decimal(30) / Decimal(35) * cases.most).quantize(Decimal("0.01"))
    assert cases.figure_zh == "90 %（到期环节 10，按期 9）"
    assert cases.formula_zh.startswith("(90 − 60) ÷ (95 − 60) × ")
    assert marks["pm25"].state == "spread"
    ranks = list(made.results.order_by("order").values_list("rank", flat=True))
    assert ranks == [1, 2, 3]


def test_a_snapshot_alone_gives_the_same_marks_and_is_not_changed(facts: None, drafter: Person) -> None:
    made = draft("yearly-streets", YEAR, Acting(drafter, JANUARY))
    inputs = read(made.snapshot.data)
    assert written(inputs) == made.snapshot.data
    assert {code: one.total for code, one in inputs.scores().items()} == dict(made.results.values_list("body", "total"))
    with pytest.raises(FrozenError):
        AssessmentSnapshot.objects.get().save()
    with pytest.raises(FrozenError):
        EnteredFigure.objects.all()[0].delete()


def test_a_draft_with_open_entries_or_of_a_running_year_is_not_submitted(drafter: Person) -> None:
    running = draft("yearly-streets", YEAR, Acting(drafter, SPRING))
    with pytest.raises(AssessmentError, match="was not over"):
        submit(running, Acting(drafter, JANUARY))
    with pytest.raises(AssessmentError, match="3 figures have to be entered"):
        submit(refresh(running, Acting(drafter, JANUARY)), Acting(drafter, JANUARY))
    with pytest.raises(AssessmentError, match="not begun"):
        draft("yearly-streets", "2027", Acting(drafter, SPRING))


def test_a_published_assessment_has_number_papers_and_snapshot(published: Assessment) -> None:
    assert (published.number, str(published.day), published.state) == ("朝环考〔2027〕1号", "2027-01-11", "published")
    docx, pdf = content_of(published, "docx"), content_of(published, "pdf")
    assert check_docx(docx) == []
    assert pdf.startswith(b"%PDF-")
    said = texts(docx)
    assert "关于2026年度街道、地区大气污染防治" in said
    assert "对3个街道、地区2026年度" in said
    assert f"数据快照 {published.snapshot.short}" in said
    assert "自公布之日起10个工作日内" in said
    assert published.docx.endswith(f"{published.docx_sha256}.docx")


def test_nobody_publishes_what_they_drafted_or_submitted_and_roles_are_asked(
    facts: None, drafter: Person, publisher: Person, person: Make
) -> None:
    made = draft("yearly-streets", YEAR, Acting(drafter, JANUARY))
    waiting = submit(made, Acting(publisher, JANUARY))
    for one in (drafter, publisher):
        with pytest.raises(AssessmentError, match="does not publish it"):
            publish(waiting, Acting(one, JANUARY))
    with pytest.raises(AssessmentError, match="do not allow"):
        publish(waiting, Acting(person("street", f"office-{FIRST}"), JANUARY))
    back = give_back(waiting, "核对排名", Acting(publisher, JANUARY))
    assert (back.state, back.history.last().reason) == ("draft", "核对排名")  # type: ignore[union-attr]
    with pytest.raises(AssessmentError, match="Say why"):
        withdraw(back, " ", Acting(drafter, JANUARY))
    with pytest.raises(AssessmentError, match="changed since"):
        withdraw(back, "作废", Acting(drafter, JANUARY, 1))
    gone = withdraw(back, "作废", Acting(drafter, JANUARY))
    with pytest.raises(AssessmentError, match="cannot be done"):
        refresh(gone, Acting(drafter, JANUARY))
    assert draft("yearly-streets", YEAR, Acting(drafter, JANUARY)).version == 2


def test_what_is_entered_needs_a_file_a_reason_and_a_fitting_figure(drafter: Person) -> None:
    base = NewEntries("yearly-streets", YEAR, "groundwork", {FIRST: Decimal(90)}, "年终检查", FILE)
    acting = Acting(drafter, JANUARY)
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"item": "cases"}, "not entered by hand"),
        ({"values": {}}, "No figure"),
        ({"file": None}, "Add the file"),
        ({"values": {"110105999": Decimal(1)}}, "Not assessed"),
        ({"values": {FIRST: Decimal(101)}}, "lies outside"),
        ({"item": "praise", "values": {FIRST: Decimal("0.5")}}, "lies outside"),
        ({"reason": " "}, "Say why"),
    )
    for changed, message in wrong:
        with pytest.raises(AssessmentError, match=message):
            enter_figures(NewEntries(**{**base.__dict__, **changed}), acting)
    assert enter_figures(base, acting)[0].file_sha256
