"""A plan as the JSON document of ``lantian plan import --json`` and as a summary for a reader."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from lantian.kernel.errors import Text
from lantian.kernel.plurals import counted
from lantian.policy.plantext.model import Deadline, Field, Heading, Plan, Quantity, Reading, Role, Span, Task

Json = dict[str, Any]


def as_document(plan: Plan) -> Json:
    """Return the document; start and end are character offsets in the text as read."""
    head = plan.head
    fields = {name: getattr(head, name) for name in ("title", "number", "date", "issuer", "notice")}
    return {
        "document": {
            **{name: field.value if field else None for name, field in fields.items()},
            "fields": {name: _field(field) for name, field in fields.items() if field},
        },
        "chapters": [_heading(chapter) for chapter in plan.chapters],
        "articles": [_heading(article) for article in plan.articles],
        "tasks": [_task(plan, task) for task in plan.tasks],
        "unparsed": [
            {**_span(left.span), "reason": left.reason, "text": plan.slice(left.span)} for left in plan.unparsed
        ],
        "form": [{**_span(each.span), "what": each.what} for each in plan.form],
        "text": plan.text,
    }  # fmt: skip


def _span(span: Span) -> Json:
    return {"start": span.start, "end": span.end}


def _reading(reading: Reading) -> Json:
    return {**_span(reading.span), "rule": reading.rule, "confidence": reading.confidence}


def _field(field: Field) -> Json:
    return {"value": field.value, **_reading(field.reading)}


def _heading(heading: Heading) -> Json:
    return {
        "number": heading.number, "label": heading.label, "chapter": heading.chapter, "title": heading.title,
        **_span(heading.span), "title_start": heading.title_span.start, "title_end": heading.title_span.end,
    }  # fmt: skip


def _task(plan: Plan, task: Task) -> Json:
    article = plan.articles[task.article] if task.article is not None else None
    return {
        "article": article.number if article else None,
        "article_index": task.article,
        "label": article.label if article else None,
        "chapter": plan.chapters[task.chapter].number if task.chapter is not None else None,
        "text": plan.slice(task.span),
        "words": task.words,
        **_span(task.span),
        "lead": task.names("lead"),
        "joint": task.names("joint"),
        "lead_likely": list(task.likely),
        "parties": [{"name": party.name, "role": party.role, **_reading(party.reading)} for party in task.parties],
        "deadlines": [_deadline(deadline) for deadline in task.deadlines],
        "quantities": [_quantity(quantity) for quantity in task.quantities],
        "conditions": [{"text": plan.slice(c.reading.span), **_reading(c.reading)} for c in task.conditions],
        "rule": task.rule,
        "confidence": task.confidence,
    }


def _deadline(deadline: Deadline) -> Json:
    return {
        "kind": deadline.kind, "value": deadline.value, "working_days": deadline.working_days,
        **_reading(deadline.reading),
    }  # fmt: skip


def _quantity(quantity: Quantity) -> Json:
    return {
        "value": json_number(quantity.value), "unit": quantity.unit, "unit_printed": quantity.measure,
        "comparator": quantity.comparator, "object": quantity.object, **_reading(quantity.reading),
    }  # fmt: skip


def json_number(value: Decimal) -> int | float:
    """Return a whole number as int.

    >>> json_number(Decimal("52")), json_number(Decimal("0.9"))
    (52, 0.9)
    """
    return int(value) if value == value.to_integral_value() else float(value)


def summary(plan: Plan) -> Iterator[Text]:
    """Yield the lines of a readable summary."""
    head = plan.head
    for zh, en, field in (
        ("标题", "title", head.title), ("文号", "number", head.number), ("日期", "date", head.date),
        ("发文机关", "issuer", head.issuer),
    ):  # fmt: skip
        value = field.value if field else None
        yield Text(f"{zh}：{value or '未找到'}", f"{en}: {value or 'not found'}")
    chapters, articles, tasks, left = map(len, (plan.chapters, plan.articles, plan.tasks, plan.unparsed))
    yield Text(
        f"章 {chapters}，条 {articles}，任务 {tasks}，未解析 {left}",
        f"{counted(chapters, 'chapter')}, {counted(articles, 'article')}, {counted(tasks, 'task')}, "
        f"{counted(left, 'stretch', 'stretches')} left over",
    )
    shown: int | None = -1
    for task in plan.tasks:
        if task.article != shown:
            shown = task.article
            yield _article_line(plan, shown)
        yield _task_line(plan, task)


def _article_line(plan: Plan, index: int | None) -> Text:
    if index is None:
        return Text("\n（条外）", "\n(outside articles)")
    article = plan.articles[index]
    return Text(f"\n{article.label}{article.title}", f"\n{article.label}{article.title}")


def _task_line(plan: Plan, task: Task) -> Text:
    text = task.words
    text = text if len(text) <= 60 else text[:59] + "…"
    facts = [_names(task, role) for role in ("lead", "joint")] + [_due(plan, each) for each in task.deadlines]
    facts += [Text(_number(each), _number(each)) for each in task.quantities]
    zh = "；".join(fact.zh for fact in facts if fact.zh)
    en = "; ".join(fact.en for fact in facts if fact.en)
    return Text(f"  · {text}" + (f"\n      {zh}" if zh else ""), f"  · {text}" + (f"\n      {en}" if en else ""))


def _names(task: Task, role: Role) -> Text:
    names = task.names(role)
    if not names:
        return Text("", "")
    zh, en = ("牵头", "lead") if role == "lead" else ("配合", "joint")
    return Text(f"{zh} {'、'.join(names)}", f"{en} {', '.join(names)}")


def _due(plan: Plan, deadline: Deadline) -> Text:
    printed = plan.slice(deadline.reading.span)
    return Text(f"期限 {deadline.kind} {deadline.value}（{printed}）", f"{deadline.kind} {deadline.value} ({printed})")


def _number(quantity: Quantity) -> str:
    return f"{quantity.object} {quantity.comparator} {json_number(quantity.value)} {quantity.unit}".strip()
