"""What a web page shows is read, and nothing that it hides; also pages that Word saved."""

import pytest

from lantian.policy.plantext import import_plan, read_plan
from tests.policy.plantext.gold import unexplained


def lines(body: str, head: str = "") -> list[str]:
    page = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    return read_plan(page.encode(), "a.html").split("\n")


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display:none">{}</p>',
        '<div style="color:red; DISPLAY : none"><p>{}</p></div>',
        "<p hidden>{}</p>",
        '<p style="display:none"><b>{}<p>清运</p>',
        '<span style="visibility:hidden">{}</span>',
        '<span style="mso-hide:all">{}</span>',
        '<p class="a off">{}</p>',
        '<div id="gone"><p>{}</p></div>',
        "<template><p>{}</p></template>",
        "<noscript>{}</noscript>",
        "<script>var a = '{}'</script>",
        "<!-- {} -->",
        "<!--[if gte mso 9]><xml>{}</xml><![endif]-->",
        "<xml><w:WordDocument>{}</w:WordDocument></xml>",
        "<select><option>{}<option>{}</select>",
        "<del>{}</del>",
        '<table><tr style="display:none"><td>{}</td></tr></table>',
    ],
)
def test_what_a_page_hides_is_not_read(hidden: str) -> None:
    sheet = "<style>@media print{.a{display:none}} .off, p.x { display:none } #gone{display:none;}</style>"
    shown = lines("<p class=a>清扫</p>" + hidden.replace("{}", "2018年5月底前完成9999家") + "<p>清运</p>", sheet)
    assert (shown[0], shown[-1]) == ("清扫", "清运")
    assert "9999" not in "".join(shown)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<p>由市局<ruby>牵<rp>(</rp><rt>qiān</rt><rp>)</rp>头<rt>tóu</ruby>清扫</p>", ["由市局牵头清扫"]),
        ("<ol><li>清扫<li>清运</ol>", ["1.清扫", "2.清运"]),
        ('<ol start="4"><li><p>清扫</p></li><li value=9>清运</li></ol>', ["4.清扫", "9.清运"]),
        ('<ol style="list-style-type:cjk-ideographic"><li>清扫</li></ol>', ["一、清扫"]),
        ('<ol style="list-style:none"><li>清扫</li></ol><ul><li>清运</ul>', ["清扫", "清运"]),
        ("<ol><li>（一）清扫</li></ol>", ["（一）清扫"]),
        ("<p>降到38微克/m<sup>3</sup>，改造12家<sup>2</sup>。</p>", ["降到38微克/m3，改造12家[2]。"]),
        ("<pre>一、任务\n　　每月清扫。</pre>", ["一、任务", "　　每月清扫。"]),
        ("<p>由市城\n  管局负责\nPM2.5\n监测</p>", ["由市城管局负责 PM2.5 监测"]),
        ("<p>清&shy;扫</p></p>清运</div><p>洒水", ["清扫", "清运", "洒水"]),
        ("<table><caption>分工表</caption><tr><td>甲<td>乙<tr><td>丙<td>丁</table>", ["分工表", "甲\t乙", "丙\t丁"]),
        ("<table><tr><td colspan=2>甲<td rowspan=0>乙</tr><tr><td>丙<td>丁</tr></table>", ["甲\t甲\t乙", "丙\t丁\t乙"]),
    ],
    ids=["ruby", "list", "start", "chinese", "none", "typed", "raised", "pre", "wrapped", "loose", "caption", "spans"],
)
def test_a_page_is_read_as_it_is_shown(body: str, shown: list[str]) -> None:
    assert lines(body) == shown


HEAD = "<tr><th>序号<th>重点任务<th>牵头单位<th>配合单位<th>完成时限"


@pytest.mark.parametrize("close", ["", "</td></tr>"])
def test_a_table_in_a_cell_is_part_of_the_cell(close: str) -> None:
    inner = f"<table><tr><td>淘汰燃煤锅炉20台以上{close}</table>"
    body = f"""<h1>柳泉县2019年任务清单</h1><table>{HEAD}<tr><td>1<td>{inner}<td>市发改委<td>市财政局<br>市住建局
    <td>2019年10月底</table>"""
    (task,) = import_plan(read_plan(f"<html><body>{body}".encode(), "a.html")).tasks
    assert (task.words, task.names("lead"), task.names("joint")) == (
        "淘汰燃煤锅炉20台以上", ["市发改委"], ["市财政局", "市住建局"],
    )  # fmt: skip
    assert [due.value for due in task.deadlines] == ["2019-10-31"]


def test_tables_that_only_set_out_the_page_are_no_tables() -> None:
    task = "<tr><td>1<td>淘汰锅炉20台<td>市发改委<td>市财政局<td>2019年10月底"
    page = f"""<table><tr><td>首页</td><td>公开</td></tr><tr><td>栏目</td><td><p>一、任务</p><p>（一）治理。</p>
    <table>{HEAD}{task}</table></td></tr></table>"""
    assert lines(page) == [
        "首页", "公开", "栏目", "一、任务", "（一）治理。", "序号\t重点任务\t牵头单位\t配合单位\t完成时限",
        "1\t淘汰锅炉20台\t市发改委\t市财政局\t2019年10月底",
    ]  # fmt: skip


def test_a_head_over_two_columns_names_both_and_a_row_of_one_cell_is_a_heading() -> None:
    head = "<tr><th>序号<th colspan=2>重点任务<th>牵头单位<th>完成时限"
    row = "<tr><td>1<td>扬尘<td>清洗道路35公里<td>县城管局<td>2019年8月底"
    group = "<tr><td colspan=5>二、燃煤</td></tr>"
    text = read_plan(f"<h1>柳泉县任务清单</h1><table>{head}{group}{row}</table>".encode(), "a")
    assert text.split("\n")[2] == "二、燃煤"
    (task,) = import_plan(text).tasks
    assert (task.words, task.names("lead")) == ("清洗道路35公里", ["县城管局"])


SAVED_BY_WORD = """<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<head><meta http-equiv=Content-Type content="text/html; charset=gb2312"><o:SmartTagType name="a"/>
<title>方案</title><!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]-->
<style><!-- p.MsoNormal {margin:0cm;} @page Section1 {size:595pt 842pt;} --></style></head>
<body lang=ZH-CN><div class=Section1><p class=MsoTitle>清河区2019年大气污染防治方案<o:p></o:p></p>
<p class=MsoNormal><span style='mso-list:Ignore'><![if !supportLists]><span>一、<span
style='font:7.0pt "Times"'>&nbsp;&nbsp; </span></span><![endif]></span>任务<span lang=EN-US><o:p></o:p></span></p>
<p class=MsoNormal style='text-indent:24pt'>（一）由区交通局牵头，<span lang=EN-US>2019</span>年底前完成改造<span
lang=EN-US>35</span>家<a href="#_ftn1" name="_ftnref1"><span>[1]</span></a>。<o:p>&nbsp;</o:p></p>
</div><div style='mso-element:footnote-list'><hr align=left size=1 width="33%"><div id=ftn1>
<p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1"><span>[1]</span></a>2018年底已完成12家。</p></div></div>
</body></html>"""


def test_a_page_that_word_saved_is_read_in_its_own_encoding() -> None:
    plan = import_plan(read_plan(SAVED_BY_WORD.encode("gb18030"), "a.htm"))
    assert plan.head.title is not None
    assert plan.head.title.value == "清河区2019年大气污染防治方案"
    (task,) = plan.tasks
    assert (task.names("lead"), [due.value for due in task.deadlines]) == (["区交通局"], ["2019-12-31"])
    assert [plan.slice(left.span) for left in plan.unparsed] == ["[1]2018年底已完成12家。"]
    assert unexplained(plan) == ""


def test_elements_that_are_never_closed_are_read_without_hanging() -> None:
    shown = lines("<div>" * 20_000 + "<table><tr><td>" * 2_000 + "每月清扫。")
    assert "".join(shown).strip() == "每月清扫。"
