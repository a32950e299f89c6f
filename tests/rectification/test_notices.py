"""Notices of accountability: drafted once for a level, named, decided, sent, acknowledged; leads handed over."""

from collections.abc import Callable
from datetime import date

import pytest

from lantian.apps.accounts.models import Organisation, Person, Post
from lantian.apps.assessment.models import AccountabilityNotice, CountedProblem
from lantian.apps.assessment.rectifying import RectificationError
from lantian.apps.assessment.selectors.accountability import body_page
from lantian.apps.assessment.services.accountability import (
    acknowledge,
    body_of,
    bytes_of,
    cancel,
    decide,
    draft_transfer,
    send,
    sweep,
    write,
)
from lantian.apps.assessment.services.counting import (
    appeal,
    decide_appeal,
)
from lantian.apps.assessment.services.rectification import extend
from lantian.apps.notices.models import Message
from lantian.apps.ui.official.validator import check_docx
from lantian.kernel.instants import day_of
from tests.rectification.conftest import OFFICE, START, YEAR, Chain, later
from tests.rectification.test_counting import page_of

pytestmark = pytest.mark.django_db


@pytest.mark.row("S50")
def test_levels_are_drafted_once_decided_sent_and_acknowledged(
    late: Callable[[str], Chain], person: Callable[..., Person], street: Person, keeper: Person, government: Person
) -> None:
    person("street", OFFICE, "李副主任", title="副主任（分管环保）")
    late("1")
    late("2")
    assert sweep(later(25)) == 1
    late("3")
    assert sweep(later(26)) == 1
    assert sweep(later(27)) == 0
    notice = AccountabilityNotice.objects.get(level="deputy")
    assert (notice.addressee, notice.addressee_title, notice.count) == ("李副主任", "副主任（分管环保）", 3)
    with pytest.raises(RectificationError, match="deciding office"):
        decide(notice, "同意", by=street, at=later(27))
    with pytest.raises(RectificationError, match="changed meanwhile"):
        send(notice, by=keeper, at=later(27))
    decided = decide(notice, "同意问责", by=government, at=later(28))
    sent = send(decided, by=keeper, at=later(29), version=decided.version)
    assert sent.number == "朝环问〔2026〕1号"
    assert check_docx(bytes_of(sent, "docx")) == []
    assert bytes_of(sent, "pdf").startswith(b"%PDF")
    assert "对你单位分管负责人李副主任（副主任（分管环保））实施问责" in sent.body_text["paragraphs"][1]
    assert len(sent.body_text["rows"]) == 3
    assert Message.objects.filter(template="accountability-sent").count() == 1
    with pytest.raises(RectificationError, match="Only the receiver"):
        acknowledge(sent, "", by=keeper, at=later(30))
    assert acknowledge(sent, "已召开专题会", by=street, at=later(30)).state == "acknowledged"
    with pytest.raises(RectificationError, match="acknowledged already"):
        acknowledge(sent, "已召开专题会", by=street, at=later(30))
    assert acknowledge(sent, "已整改到位", by=street, at=later(30)).result == "已整改到位"
    assert cancel(sent, "复核后撤销", by=government, at=later(31)).number == "朝环问〔2026〕1号"
    assert AccountabilityNotice.objects.filter(level="deputy").count() == 1
    assert sweep(later(32)) == 0  # a person dropped it: the same facts are not put to them every hour
    assert sweep(later(32), again=OFFICE) == 1
    cancel(AccountabilityNotice.objects.get(level="deputy", state="draft"), "另行处理", by=keeper, at=later(33))
    late("4")
    assert sweep(later(34)) == 1


def test_a_level_that_was_dropped_is_drafted_again_when_another_problem_counts_in_place_of_one(
    late: Callable[[str], Chain], keeper: Person
) -> None:
    first = late("1")
    sweep(later(25))
    cancel(AccountabilityNotice.objects.get(), "另行处理", by=keeper, at=later(26))
    extend(first.problem, date(2026, 11, 30), "市级同意延期", by=keeper, at=later(27))
    assert sweep(later(27)) == 0
    late("2")
    assert sweep(later(28)) == 1
    assert AccountabilityNotice.objects.standing().get().count == 1


def test_a_notice_that_was_sent_and_dropped_is_not_drafted_again_of_what_was_known_by_then(
    late: Callable[[str], Chain], keeper: Person
) -> None:
    late("1")
    sweep(later(25))
    sent = send(decide(AccountabilityNotice.objects.get(), "同意", by=keeper, at=later(26)), by=keeper, at=later(26))
    late("2")
    assert sweep(later(27)) == 0
    cancel(sent, "复核后撤销", by=keeper, at=later(28))
    assert sweep(later(29)) == 0


def test_a_notice_says_the_number_of_the_problems_that_it_lists(late: Callable[[str], Chain], keeper: Person) -> None:
    for number in ("1", "2", "3"):
        late(number)
    sweep(later(25))
    notice = decide(
        write(AccountabilityNotice.objects.get(level="deputy"), "王某", "副主任", by=keeper, at=later(26)), "同意",
        by=keeper, at=later(26),
    )  # fmt: skip
    late("4")
    sweep(later(27))
    sent = send(notice, by=keeper, at=later(28))
    assert (sent.count, len(sent.body_text["rows"])) == (4, 4)
    assert "累计4个" in sent.body_text["paragraphs"][0]


def test_a_draft_without_a_name_shows_where_it_is_written(late: Callable[[str], Chain]) -> None:
    for number in ("1", "2", "3"):
        late(number)
    sweep(later(25))
    Organisation.objects.filter(pk="chaoyang-government").update(official_zh="某市某区人民政府")
    body = body_of(AccountabilityNotice.objects.get(level="deputy"), later(26))
    assert "分管负责人＿＿＿＿（＿＿＿＿）实施问责" in body["paragraphs"][1]
    assert body["issuer"] == "某市某区人民政府"


def test_a_draft_names_whoever_has_the_post_now_unless_a_person_wrote_another(
    late: Callable[[str], Chain], person: Callable[..., Person], keeper: Person
) -> None:
    first = person("street", OFFICE, "李副主任", title="副主任（分管环保）")
    for number in ("1", "2", "3"):
        late(number)
    sweep(later(25))
    notice = AccountabilityNotice.objects.get(level="deputy")
    assert notice.addressee == "李副主任"
    Post.objects.filter(person=first).update(valid_to=day_of(later(26)))
    sweep(later(27))
    notice.refresh_from_db()
    assert (notice.addressee, notice.addressee_title, notice.version) == ("", "", 2)
    person("street", OFFICE, "赵副主任", title="副主任", valid_from=day_of(later(28)))
    sweep(later(28))
    notice.refresh_from_db()
    assert notice.addressee == "赵副主任"
    write(notice, "李副主任", "原副主任", by=keeper, at=later(29))  # who had the post when it happened
    sweep(later(30))
    notice.refresh_from_db()
    assert (notice.addressee, notice.addressee_title) == ("李副主任", "原副主任")


def test_a_notice_that_was_sent_says_when_the_number_has_fallen_below_its_level(
    late: Callable[[str], Chain], street: Person, keeper: Person, government: Person
) -> None:
    late("1")
    sweep(later(25))
    sent = send(decide(AccountabilityNotice.objects.get(), "同意", by=keeper, at=later(26)), by=keeper, at=later(26))
    office = Organisation.objects.get(pk=OFFICE)
    assert body_page(office, keeper, YEAR, later(27)).unsupported == frozenset()
    made = appeal(CountedProblem.objects.get(), "不属我辖区", by=street, at=later(27))
    decide_appeal(made, upheld=True, answer="经核实不属该街道", by=government, at=later(28))
    assert body_page(office, keeper, YEAR, later(29)).unsupported == {sent.pk}
    assert "现 0，不足该级别" in page_of(keeper)
    cancel(sent, "异议成立", by=government, at=later(30))
    assert body_page(office, keeper, YEAR, later(31)).unsupported == frozenset()


def test_a_notice_without_a_name_is_not_decided(late: Callable[[str], Chain], keeper: Person) -> None:
    for number in ("1", "2", "3"):
        late(number)
    sweep(later(25))
    notice = AccountabilityNotice.objects.get(level="deputy")
    with pytest.raises(RectificationError, match="Name the person"):
        decide(notice, "同意", by=keeper, at=later(26))
    written = write(notice, "王某", "副主任", by=keeper, at=later(26))
    decided = decide(written, "同意", named=("李某", ""), by=keeper, at=later(26))
    assert (decided.state, decided.addressee, decided.addressee_title) == ("decided", "李某", "副主任")


def test_a_lead_is_handed_to_discipline_on_grounds(
    keeper: Person, person: Callable[..., Person], street: Person
) -> None:
    office, inspector = Organisation.objects.get(pk=OFFICE), person("bureau", "discipline", "纪检经办")
    with pytest.raises(RectificationError):
        draft_transfer(office, "失职", by=street, at=START)
    with pytest.raises(RectificationError, match="State the grounds"):
        draft_transfer(office, " ", by=keeper, at=START)
    drafted = draft_transfer(office, "长期不履行巡查责任。", by=keeper, at=START)
    with pytest.raises(RectificationError, match="drafted already"):
        draft_transfer(office, "长期不履行巡查责任。 ", by=keeper, at=START)
    made = send(decide(drafted, "同意移送", by=keeper, at=START), by=keeper, at=START)
    assert made.receiver_id == "discipline"
    assert "长期不履行巡查责任" in made.body_text["paragraphs"][0]
    assert acknowledge(made, "已受理", by=inspector, at=later(1)).result == "已受理"
