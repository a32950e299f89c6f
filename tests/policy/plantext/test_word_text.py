"""What Word prints is read, wherever it stands in the file; what it does not print is not."""

import pytest

from lantian.policy.plantext import Plan, import_plan, read_plan
from tests.policy.plantext.gold import unexplained
from tests.policy.plantext.word_files import cell, paragraph, row, run, table, word_file


def lines(body: str, **parts: str) -> list[str]:
    return read_plan(word_file(body, **parts), "a.docx").split("\n")


DELETED = '<w:del w:id="1" w:author="x"><w:r><w:delText>99家</w:delText></w:r></w:del>'
BOX = f"<w:txbxContent>{paragraph('（二）市公安局负责禁行。')}</w:txbxContent>"
SHAPE = f"""<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{BOX}</wps:txbx></w:drawing>
</mc:Choice><mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"""


@pytest.mark.parametrize(
    ("content", "printed"),
    [
        ((f"<w:ins>{run('改造12家')}</w:ins>", DELETED, "。"), "6月底前改造12家。"),
        ((f"<w:moveTo>{run('改造')}</w:moveTo>", f"<w:moveFrom>{run('原处')}</w:moveFrom>", "。"), "6月底前改造。"),
        ((f"<w:sdt><w:sdtPr/><w:sdtContent>{run('改造')}</w:sdtContent></w:sdt>", "。"), "6月底前改造。"),
        ((f'<w:hyperlink w:anchor="a">{run("改造")}</w:hyperlink>', "。"), "6月底前改造。"),
        ((f"<w:smartTag><w:smartTagPr/>{run('改造')}</w:smartTag>", "。"), "6月底前改造。"),
        ((f'<w:fldSimple w:instr="REF a">{run("12")}</w:fldSimple>', "家。"), "6月底前12家。"),
        (("<w:r><w:instrText>REF a</w:instrText></w:r>", run("12"), "家。"), "6月底前12家。"),
        (("<w:r><w:noBreakHyphen/><w:softHyphen/></w:r>", "改\xad造"), "6月底前-改造"),
        (("<w:r><w:br/></w:r>", "改造"), "6月底前\n改造"),
        (('<w:r><w:br w:type="page"/></w:r>', "改造"), "6月底前改造"),
        (('<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>', "95%"), "6月底前≥95%"),
        (('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', "改造"), "6月底前□改造"),
        (("<m:oMath><m:r><m:t>x≥3</m:t></m:r></m:oMath>",), "6月底前x≥3"),
        ((f"<w:r><w:ruby><w:rt>{run('gǎi')}</w:rt><w:rubyBase>{run('改')}</w:rubyBase></w:ruby></w:r>",), "6月底前改"),
        ((run("隐藏9家", "<w:vanish/>"), run("改造", '<w:vanish w:val="0"/>')), "6月底前改造"),
        ((run("降到38微克/立方m"), run("3", '<w:vertAlign w:val="superscript"/>')), "6月底前降到38微克/立方m3"),
        ((run("改造12家"), run("2", '<w:vertAlign w:val="superscript"/>'), "。"), "6月底前改造12家[2]。"),
        ((SHAPE,), "6月底前\n（二）市公安局负责禁行。"),
        (('<w:r><w:pict><v:shape><v:textpath string="市政府文件"/></v:shape></w:pict></w:r>',), "6月底前\n市政府文件"),
    ],
    ids=[
        "inserted", "moved", "control", "link", "tag", "field", "instruction", "hyphens", "break", "page", "symbol",
        "sign", "formula", "ruby", "hidden", "power", "mark", "box", "art",
    ],
)  # fmt: skip
def test_a_paragraph_is_read_as_it_is_printed(content: tuple[str, ...], printed: str) -> None:
    assert "\n".join(lines(paragraph("6月底前", *content))) == printed


@pytest.mark.parametrize(
    "around",
    ["<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>", '<w:customXml w:element="a">{}</w:customXml>',
     "<mc:AlternateContent><mc:Choice>{}</mc:Choice><mc:Fallback>{}</mc:Fallback></mc:AlternateContent>"],
)  # fmt: skip
def test_paragraphs_and_tables_in_controls_are_read_once(around: str) -> None:
    inner = paragraph("一、任务") + table(row(cell("甲"), cell("乙")))
    assert lines(paragraph("方案") + around.format(inner, inner)) == ["方案", "一、任务", "甲\t乙"]


def test_a_hidden_style_hides_and_a_run_may_show_itself() -> None:
    styles = """<w:style w:type="character" w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style>
    <w:style w:type="character" w:styleId="H2"><w:basedOn w:val="H"/></w:style>
    <w:style w:type="paragraph" w:styleId="P"><w:rPr><w:vanish/></w:rPr></w:style>
    <w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/></w:style>"""
    hidden = paragraph("看不见", run("看得见", '<w:vanish w:val="false"/>'), properties='<w:pStyle w:val="P"/>')
    body = paragraph("改造", run("9家", '<w:rStyle w:val="H2"/>'), "。") + hidden
    assert lines(body, styles=styles) == ["改造。", "看得见"]


def test_a_paragraph_whose_end_was_deleted_or_is_hidden_goes_on_with_the_next() -> None:
    ends = ('<w:rPr><w:del w:id="1"/></w:rPr>', "<w:rPr><w:vanish/><w:specVanish/></w:rPr>")
    for end in ends:
        assert lines(paragraph("（一）治理。", properties=end) + paragraph("改造12家。")) == ["（一）治理。改造12家。"]
    gone = paragraph(DELETED, properties=ends[0])
    assert lines(paragraph("甲") + gone + paragraph("乙")) == ["甲", "乙"]
    assert lines(paragraph("甲") + paragraph("乙", properties=ends[0])) == ["甲", "乙"]


HEAD = row(*(cell(each) for each in ("任务", "牵头单位", "责任单位", "完成时限")))
MERGED, ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def told(plan: Plan) -> list[object]:
    return [
        (task.words, task.names("lead"), task.names("joint"), [due.value for due in task.deadlines])
        for task in plan.tasks
    ]


def test_cells_merged_over_rows_and_columns_count_in_each() -> None:
    body = table(
        row(cell("序号"), cell("工作任务", properties='<w:gridSpan w:val="2"/>'), cell("牵头单位"), cell("完成时限")),
        row(cell("1"), cell("扬尘", properties=MERGED), cell("完成清洗35公里"), cell("县城管局", properties=MERGED),
            cell("2026年8月底", properties=MERGED)),
        row(cell("2"), cell(properties=ON), cell("覆盖裸地"), cell(properties=ON), cell(properties=ON)),
        row(cell("3"), cell("燃煤"), cell("淘汰锅炉27台"), cell("县环保局"), cell("9月底")),
    )  # fmt: skip
    plan = import_plan(read_plan(word_file(paragraph("柳泉县2026年任务分解表") + body), "a.docx"))
    assert told(plan) == [
        ("完成清洗35公里", ["县城管局"], [], ["2026-08-31"]), ("覆盖裸地", ["县城管局"], [], ["2026-08-31"]),
        ("淘汰锅炉27台", ["县环保局"], [], ["2026-09-30"]),
    ]  # fmt: skip


def test_a_cell_over_the_whole_row_is_a_heading_of_its_rows() -> None:
    group = row(cell("一、扬尘", properties='<w:gridSpan w:val="4"/>'))
    body = table(HEAD, group, row(*map(cell, ("清洗道路35公里", "县城管局", "各镇", "8月底"))))
    text = read_plan(word_file(paragraph("柳泉县2026年任务分解表") + body), "a.docx")
    assert text.split("\n")[2] == "一、扬尘"
    assert told(import_plan(text)) == [("清洗道路35公里", ["县城管局"], ["各镇"], ["2026-08-31"])]


def test_the_mark_of_a_note_in_a_cell_is_no_part_of_a_name() -> None:
    noted = paragraph("县城管局", '<w:r><w:footnoteReference w:id="5"/></w:r>', "、县住建局")
    body = table(HEAD, row(cell("清洗道路35公里"), cell(noted), cell("各镇"), cell("8月底")))
    notes = f'<w:footnote w:id="5">{paragraph("含派出机构。")}</w:footnote>'
    text = read_plan(word_file(paragraph("柳泉县2026年任务分解表") + body, footnotes=notes), "a.docx")
    assert told(import_plan(text)) == [("清洗道路35公里", ["县城管局", "县住建局"], ["各镇"], ["2026-08-31"])]


def test_rows_that_were_inserted_are_read_and_those_deleted_are_not() -> None:
    kept = row(cell("甲"), cell("乙"), properties='<w:ins w:id="1"/>')
    wrapped = f"<w:sdt><w:sdtContent>{row(cell('丙'), cell('丁'))}</w:sdtContent></w:sdt>"
    gone = row(cell("戊"), cell("己"), properties='<w:del w:id="2"/>') + row(cell("庚"), properties="<w:hidden/>")
    assert lines(table(kept, wrapped, gone)) == ["甲\t乙", "丙\t丁"]


def test_a_table_in_a_cell_is_part_of_the_cell() -> None:
    inner = table(row(cell("淘汰锅炉27台", "（不含生物质）")))
    body = table(HEAD, row(cell(inner, ""), cell("县环保局"), cell("县财政局", "各镇"), cell("2026年9月底")))
    plan = import_plan(read_plan(word_file(paragraph("柳泉县2026年任务分解表") + body), "a.docx"))
    assert told(plan) == [("淘汰锅炉27台（不含生物质）", ["县环保局"], ["县财政局", "各镇"], ["2026-09-30"])]


def test_a_table_that_only_frames_the_page_is_no_table() -> None:
    frame = table(
        row(cell("一、任务", "（一）治理。由区交通局牵头，改造35家。", table(HEAD, row(*map(cell, "甲乙丙丁")))))
    )
    assert lines(frame)[:2] == ["一、任务", "（一）治理。由区交通局牵头，改造35家。"]
    assert lines(frame)[3] == "甲\t乙\t丙\t丁"


NOTES = {
    "footnotes": '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote><w:footnote w:id="5">'
    + paragraph("<w:r><w:footnoteRef/></w:r>", " 夜查指22时至次日6时，")
    + paragraph("2012年底前试点5家。")
    + "</w:footnote>",
    "endnotes": f'<w:endnote w:id="5">{paragraph("到2013年底完成。")}</w:endnote>',
}


def test_footnotes_and_endnotes_are_listed_and_no_duties() -> None:
    duty = paragraph("（一）检查。市环保局每周开展夜查", '<w:r><w:footnoteReference w:id="5"/></w:r>', "，市财政局保障",
                     '<w:r><w:endnoteReference w:id="5"/></w:r>', "。")  # fmt: skip
    plan = import_plan(read_plan(word_file(paragraph("一、任务") + duty, **NOTES), "a.docx"))
    notes = [plan.slice(left.span) for left in plan.unparsed if left.reason == "footnote"]
    assert notes == ["[1]夜查指22时至次日6时， 2012年底前试点5家。", "[2]到2013年底完成。"]
    assert [[due.value for due in task.deadlines] for task in plan.tasks] == [["week"]]
    assert unexplained(plan) == ""


def test_the_mark_of_a_note_is_no_part_of_a_name_or_a_quantity() -> None:
    text = "一、任务\n（一）治理。由区交通局牵头，区财政局[1]、区城管局[2]配合，合格率不低于95%[3]，完成改造35家〔4〕。"
    (task,) = import_plan(text).tasks
    assert (task.names("lead"), task.names("joint")) == (["区交通局"], ["区财政局", "区城管局"])
    assert [(str(each.value), each.unit) for each in task.quantities] == [("95", "%"), ("35", "家")]
    number = import_plan("清政办〔2022〕45号\n清源县方案\n一、任务\n（一）每月清洗道路。").head.number
    assert number is not None
    assert number.value == "清政办〔2022〕45号"


def test_a_list_of_contents_is_set_aside() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="toc 1"/></w:style>'
    contents = paragraph("一、任务", "<w:r><w:tab/></w:r>", "1", properties='<w:pStyle w:val="T"/>')
    text = read_plan(
        word_file(contents + paragraph("一、任务") + paragraph("（一）每月清洗道路。"), styles=styles), "a.docx"
    )
    assert next(left.reason for left in import_plan(text).unparsed) == "contents"


def test_a_tab_behind_a_typed_label_makes_no_row_of_cells() -> None:
    assert lines(paragraph("<w:r><w:tab/></w:r>", "（一）", "<w:r><w:tab/></w:r>", "每月清洗道路。")) == [
        "（一）每月清洗道路。"
    ]


def test_lists_may_begin_with_another_number() -> None:
    numbering = """<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>
    <w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="2"><w:abstractNumId w:val="1"/>
    <w:lvlOverride w:ilvl="0"><w:startOverride w:val="4"/></w:lvlOverride></w:num>"""
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr>'
    body = paragraph("甲", properties=listed) + table(row(cell(paragraph("乙", properties=listed)), cell("丙")))
    assert lines(body, numbering=numbering) == ["4.甲", "5.乙\t丙"]
