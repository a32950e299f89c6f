"""The whole reading: text in, :class:`Plan` out."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lantian.kernel.errors import Text
from lantian.policy.plantext.called import (
    calls,
    lists_duties,
    name_in_title,
    named_alone,
    named_behind,
    names_alone,
    opened_by,
    with_owner,
)
from lantian.policy.plantext.clean import Clean
from lantian.policy.plantext.columns import Table
from lantian.policy.plantext.deadlines import deadlines
from lantian.policy.plantext.errors import PlanTextError
from lantian.policy.plantext.fields import conditions, confidence, parties_of
from lantian.policy.plantext.frame import asks, blocks_of, holds, is_caption, parts, passed_on
from lantian.policy.plantext.head import read_head, year_of
from lantian.policy.plantext.headings import LEVELS
from lantian.policy.plantext.model import (
    Deadline,
    Form,
    Heading,
    Leftover,
    Party,
    Plan,
    Task,
)
from lantian.policy.plantext.outline import Block, Outline, is_named, outline
from lantian.policy.plantext.parties import acts, beside_lead, names_first
from lantian.policy.plantext.quantities import quantities
from lantian.policy.plantext.sentences import duties, sentences
from lantian.policy.plantext.signs import DUTY, GENERAL, GOALS, OF_ITSELF, ROSTER
from lantian.policy.plantext.stages import Stage, stage_of
from lantian.policy.plantext.statements import due_in_statement, is_statement, unbracketed
from lantian.policy.plantext.tables import Where, extent, headed, read_table
from lantian.policy.plantext.telling import is_guiding, opens_with_duty, orders, why_no_duty
from lantian.policy.plantext.times import PlanTime, plan_time, with_heating
from lantian.policy.plantext.traditional import simplified

_TOPIC = 30


@dataclass
class _Sheet:
    """What is collected while the blocks are read."""

    source: str
    outline: Outline
    time: PlanTime | None
    tasks: list[Task] = field(default_factory=list)
    left: list[Leftover] = field(default_factory=list)
    form: list[Form] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    place: tuple[int | None, int | None] = (None, None)
    acting: tuple[str, ...] = ()
    led: bool = False
    passed: list[Clean] = field(default_factory=list)
    owner: tuple[Sequence[Party], int] = ((), 0)
    called: Sequence[Party] = ()
    bare: Block | None = None
    table: Table | None = None
    stage: Stage = field(default_factory=Stage)


def import_plan(source: str) -> Plan:
    """Read a plan's text (政策文本解析); raises PlanTextError where it holds neither articles nor tasks."""
    blocks, left = blocks_of(source)
    front, middle, back = parts(blocks)
    head, used = read_head(front, back)
    left += [Leftover(block.span, "closing") for block in back if not holds(head, block)]
    lines_of_head = [Form(front[place].span, "head") for place in sorted(used)]
    lines_of_head += [Form(block.span, "head") for block in back if holds(head, block)]
    plan_outline = outline(middle, len(source))
    titles = [
        *([head.title.value] if head.title else []),
        *(block.clean.text for block in front),
        *year_of(head, front),
    ]
    sheet = _Sheet(source, plan_outline, with_heating(plan_time(head.issued, titles, source), source))
    _read_front(sheet, [block for place, block in enumerate(front) if place not in used])
    for place, block in enumerate(middle):
        if is_caption(block, middle[place + 1 : place + 2]):
            sheet.left.append(Leftover(block.span, "caption"))
        else:
            _read_block(sheet, block, plan_outline.article_of[place], plan_outline.chapter_of[place])
    _end_topic(sheet)
    if not sheet.tasks and not plan_outline.articles:
        _read_letter(sheet, [block for place, block in enumerate(front) if place not in used])
    if not sheet.tasks and not plan_outline.articles and head.title is None:
        raise PlanTextError(
            Text(
                "文中找不到标题、编号的条，也找不到任务：这不是计划文本",
                "found neither a title nor numbered articles nor tasks: this is no plan",
            )
        )
    return Plan(
        source, head, plan_outline.chapters, plan_outline.articles, [block.span for block in blocks],
        sorted(sheet.tasks, key=lambda task: (task.span.start, task.span.end)),
        sorted([*left, *sheet.left], key=lambda each: each.span),
        sorted([*sheet.form, *lines_of_head], key=lambda each: each.span),
    )  # fmt: skip


def _read_front(sheet: _Sheet, blocks: Sequence[Block]) -> None:
    """Read what stands before the first heading: a duty all the same where something in it is due or measured."""
    for block in blocks:
        if opens_with_duty(block.clean, sheet.time) or calls(block.clean.text) or orders(block.clean):
            _read_block(sheet, block, None, None)
        else:
            sheet.left.append(Leftover(block.span, "before-the-plan"))


def _read_letter(sheet: _Sheet, blocks: Sequence[Block]) -> None:
    """Read the paragraphs of a letter that is all there is: what it asks for, behind the paper that it passes on."""
    for block in blocks:
        if asks(block.clean.text):
            sheet.left.remove(Leftover(block.span, "before-the-plan"))
            _read_block(sheet, block, None, None)


def _read_block(sheet: _Sheet, block: Block, article: int | None, chapter: int | None) -> None:
    if (article, chapter) != sheet.place:
        _leave_topic(sheet, block.heading)
        sheet.place, sheet.waiting, sheet.answered, sheet.acting = (article, chapter), [], [], ()
        sheet.passed = []
    if block.rows:
        _read_rows(sheet, block)
        return
    if block.heading is None and (stage := stage_of(block.clean, len(LEVELS), sheet.time)):
        sheet.stage = stage
        sheet.left.append(Leftover(block.span, "title"))
        return
    start = 0 if block.heading else passed_on(block.clean.text)
    if start:
        sheet.left.append(Leftover(block.clean.span(0, start), "before-the-plan"))
    if block.heading is not None:
        _leave_topic(sheet, block.heading)
        sheet.form.append(Form(replace(block.span, end=block.heading.title_span.start), "label"))
        sheet.waiting, sheet.answered, sheet.passed = [], [], []
        start = _start_after_title(sheet, block)
        sheet.acting = ()
    _read_sentences(sheet, block, start)


def _start_after_title(sheet: _Sheet, block: Block) -> int:
    """Return where the body begins; a title that names a department, a date or a number is read as text."""
    heading = block.heading
    if heading is None:
        return 0
    begin = block.clean.places.index(heading.title_span.start)
    title = block.clean.part(begin, block.body)
    level = LEVELS.index(heading.level)
    sheet.owner = _owner(sheet, title, level)
    sheet.stage = stage_of(title, level, sheet.time) or sheet.stage.below(level)
    owners = name_in_title(title)
    if any(act.names for act in acts(title.text)) and not names_alone(owners.text):
        return begin
    if heading.level == "clause" and not heading.title and title.text.endswith("。"):
        return begin
    is_stage = sheet.stage.level == level
    if not is_stage and (deadlines(title, sheet.time) or quantities(title) or not _is_title(block)):
        return begin
    rest = block.clean.text[block.body :]
    if not rest or is_statement(rest):
        title_only = block.clean.part(0, block.body)
        sheet.bare = replace(block, clean=title_only, body=begin)
    else:
        _list_title(sheet, heading)
    return block.body


def _owner(sheet: _Sheet, title: Clean, level: int) -> tuple[Sequence[Party], int]:
    """Return who answers for what stands below a title that is a department's name, down to the next such title."""
    name = name_in_title(title)
    if names_alone(name.text):
        return named_alone(name), level
    return sheet.owner if level > sheet.owner[1] else ((), 0)


def _is_title(block: Block) -> bool:
    """Tell a title from the beginning of a sentence: it ends with the line, a stop or a colon, or is a usual one."""
    return block.body >= len(block.clean.text) or block.clean.text[block.body - 1] in "。：:" or is_named(block)


def _end_topic(sheet: _Sheet, *, answered: bool = False) -> None:
    """A title with nothing below it is a duty in itself, and so is one below which only stands who answers."""
    block, sheet.bare = sheet.bare, None
    if block is None or block.heading is None:
        return
    title = block.clean.part(block.body, len(block.clean.text))
    due = sheet.stage.level == LEVELS.index(block.heading.level)
    told = answered or due or (DUTY.search(title.text) and not names_alone(title.text))
    if _is_lowest(sheet, block) and told and not (is_guiding(title) or ROSTER.match(title.text)):
        _add(sheet, title, "title")
    else:
        _list_title(sheet, block.heading)


def _list_title(sheet: _Sheet, heading: Heading) -> None:
    """List a title below the articles, which stands in no other list."""
    article, chapter = sheet.place
    listed = [sheet.outline.articles[article]] if article is not None else []
    listed += [sheet.outline.chapters[chapter]] if chapter is not None else []
    if all(each.title_span != heading.title_span for each in listed):
        sheet.left.append(Leftover(heading.title_span, "title"))


def _list_bare(sheet: _Sheet) -> None:
    """List the title below which something stands."""
    if sheet.bare is not None and sheet.bare.heading is not None:
        _list_title(sheet, sheet.bare.heading)
        sheet.bare = None


def _leave_topic(sheet: _Sheet, heading: Heading | None) -> None:
    """A title above lower titles is a heading of theirs; above an equal or higher one it stood alone."""
    above = sheet.bare.heading if sheet.bare else None
    if above is not None and heading is not None and LEVELS.index(above.level) < LEVELS.index(heading.level):
        _list_bare(sheet)
    _end_topic(sheet)


def _is_lowest(sheet: _Sheet, block: Block) -> bool:
    chapter = sheet.place[1]
    return chapter is None or sheet.outline.chapters[chapter].span.start != block.span.start


def _read_rows(sheet: _Sheet, block: Block) -> None:
    article, chapter = sheet.place
    _list_bare(sheet)
    for found in read_table(sheet.source, block.rows, Where(article, chapter, sheet.time, sheet.table)):
        if isinstance(found, Task):
            sheet.tasks.append(found)
        else:
            sheet.left.append(found)
    sheet.form += [Form(extent(row), "row") for row in block.rows]
    sheet.table = [table for _row, table in headed(sheet.source, block.rows, sheet.table)][-1] or sheet.table


def _read_sentences(sheet: _Sheet, block: Block, start: int) -> None:
    text = block.clean.text
    count = 0
    sheet.called = sheet.called if block.heading is None else ()
    for begin, end in sentences(text, start):
        sentence = block.clean.part(begin, end)
        named = named_behind(sentence.text) if begin == 0 or end < len(text) else -1
        if named >= 0:
            sheet.called, sheet.waiting = named_alone(sentence.part(named, len(sentence.text))), []
            sheet.form.append(Form(sentence.span(0, len(sentence.text)), "label"))
            continue
        if is_statement(sentence.text):
            _answer(sheet, sentence)
            continue
        _list_bare(sheet)
        if end < len(text):
            sheet.called = opened_by(sentence, _titles_above(sheet)) or sheet.called
        owned = sheet.called or sheet.owner[0]
        if count == 0 and not owned and block.heading is None and _is_topic(sheet, sentence, block, end):
            sheet.acting = ()
            _pass_over(sheet, sentence, "topic")
        else:
            _read_sentence(sheet, sentence, _level(block))
        count += 1
    if not (start == 0 and names_alone(text)):
        sheet.called = ()


def _level(block: Block) -> int:
    """Return the level of a block's heading; text without one stands below them all."""
    return LEVELS.index(block.heading.level) if block.heading else len(LEVELS)


def _is_topic(sheet: _Sheet, sentence: Clean, block: Block, end: int) -> bool:
    """Tell the short sentence that opens a paragraph and only names its matter."""
    if len(sentence.text) > _TOPIC or end >= len(block.clean.text) or OF_ITSELF.search(sentence.text):
        return False
    if GOALS.fullmatch(_title_above(sheet)):
        return False
    following = block.clean.text[end:]
    if is_statement(following) or acts(sentence.text):
        return False
    return not deadlines(sentence, sheet.time) and not quantities(sentence)


def _read_sentence(sheet: _Sheet, sentence: Clean, level: int) -> None:
    above = _title_above(sheet)
    if (reason := why_no_duty(sentence, sheet.time, above)) is not None:
        sheet.left.append(Leftover(sentence.span(0, len(sentence.text)), reason))
        return
    due = deadlines(sentence, sheet.stage.time(sheet.time))
    for start, end in duties(sentence.text):
        _add(sheet, sentence.part(start, end), "sentence", due)
    if lists_duties(sentence.text):
        sheet.owner = parties_of(acts(sentence.text), sentence), level


def _title_above(sheet: _Sheet) -> str:
    """Return the title of the article, or of the chapter where it has none."""
    article, chapter = sheet.place
    if article is not None:
        return simplified(sheet.outline.articles[article].title)
    return simplified(sheet.outline.chapters[chapter].title) if chapter is not None else ""


def _titles_above(sheet: _Sheet) -> str:
    chapter = sheet.place[1]
    return _title_above(sheet) + ("" if chapter is None else simplified(sheet.outline.chapters[chapter].title))


def _add(sheet: _Sheet, part: Clean, rule: str, around: Sequence[Deadline] | None = None) -> None:
    """Add a duty, or list the text as left over where nothing in it obliges anybody.

    around: the deadlines of the sentence of which it is a part, where 10月底前 may be of a year told before.
    """
    span = part.span(0, len(part.text))
    found = acts(part.text)
    known = deadlines(part, sheet.stage.time(sheet.time)) if around is None else around
    own = [each for each in known if span.covers(each.reading.span)]
    due = sheet.stage.with_time(own)
    numbers = quantities(part, [each.reading.span for each in due])
    owner = sheet.called or sheet.owner[0]
    if not (found or due or numbers or owner or rule == "title" or DUTY.search(part.text)):
        _pass_over(sheet, part, "no-duty")
        return
    if not (found or due or numbers or owner) and (reason := _why_general(sheet)):
        sheet.left.append(Leftover(span, reason))
        return
    parties = with_owner(owner, parties_of(found, part), part.text)
    article, chapter = sheet.place
    leads = tuple(dict.fromkeys(party.name for party in parties if party.role == "lead"))
    task = Task(
        span, article, chapter, parties, due, numbers, conditions(part), () if leads else sheet.acting, rule,
        confidence(bool(leads), bool(due or numbers)), part.printed,
    )  # fmt: skip
    sheet.acting = leads or sheet.acting
    sheet.waiting.append(len(sheet.tasks))
    sheet.led = False
    sheet.tasks.append(task)


def _pass_over(sheet: _Sheet, part: Clean, reason: str) -> None:
    """List a text as left over; it is a duty all the same where a statement behind it says who answers."""
    sheet.left.append(Leftover(part.span(0, len(part.text)), reason))
    sheet.passed.append(part)


def _take_back(sheet: _Sheet) -> None:
    """Make a task of the last text that was passed over, where a statement has nothing else to answer for."""
    if not sheet.passed:
        return
    part = sheet.passed.pop()
    span = part.span(0, len(part.text))
    sheet.left = [each for each in sheet.left if each.span != span]
    _add(sheet, part, "title")


def _why_general(sheet: _Sheet) -> str | None:
    """Tell the general words of a chapter before its first article, and those below 指导思想 and the like."""
    article, chapter = sheet.place
    if article is None and chapter in sheet.outline.subdivided:
        return "foreword"
    return "guiding-principle" if GENERAL.fullmatch(_title_above(sheet)) else None


def _answer(sheet: _Sheet, sentence: Clean) -> None:
    """Give the departments of a statement to the duties before it that name none, or to the title above."""
    span = sentence.span(0, len(sentence.text))
    if not sheet.waiting or sheet.bare is not None:
        _end_topic(sheet, answered=True)
    if not sheet.waiting and not sheet.answered:
        _take_back(sheet)
    sheet.waiting = sheet.waiting or sheet.answered
    inside = sentence.part(*unbracketed(sentence.text))
    found = beside_lead(acts(inside.text), led=sheet.led)
    sheet.led = sheet.led or names_first(found)
    parties = parties_of(found, inside)
    due = due_in_statement(inside, sheet.time)
    for index in sheet.waiting:
        task = sheet.tasks[index]
        sheet.tasks[index] = replace(
            task,
            parties=[*task.parties, *(party for party in parties if party.name not in task.names(party.role))],
            deadlines=[*task.deadlines, *due],
            likely=(),
            confidence=max(task.confidence, 0.85),
        )
    if sheet.waiting:
        sheet.form.append(Form(span, "statement"))
    else:
        sheet.left.append(Leftover(span, "statement-without-duty"))
    sheet.answered, sheet.waiting, sheet.acting, sheet.passed = sheet.waiting, [], (), []
