"""A paper that has every part, for the tests."""

from dataclasses import replace
from datetime import date
from typing import Any

from lantian.apps.ui.official.document import Figure, Heading, Official, PageBreak, Paragraph, Table

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><rect width="60" height="20" fill="#336699"/></svg>'
)
ROWS = tuple((str(place), f"{place}号街道", "12", "8.3%") for place in range(1, 44))


def paper(**changes: Any) -> Official:
    """Return a bulletin with headings, a table of 43 streets, a picture and a second page."""
    whole = Official(
        issuer="北京市朝阳区生态环境局",
        number="朝环通〔2026〕47号",
        title="关于2026年第47周\n施工扬尘执法检查排名情况的通报",
        to="各街道办事处、地区办事处",
        blocks=(
            Paragraph("现将本周情况通报如下。"),
            Heading(1, "一、总体情况"),
            Heading(2, "（一）检查量"),
            Heading(3, "1.本周"),
            Paragraph("全区共检查12次。"),
            Table(("名次", "街乡", "检查量", "查处率"), ROWS, "排名表", (1, 3, 1, 1), (1,)),
            PageBreak(),
            Figure(SVG, "图1"),
        ),
        signer="",
        day=date(2026, 11, 23),
        copies=("区委办公室", "区政府办公室"),
        contact="联系人：王守蓝",
        note="数据快照：a1b2c3",
    )
    return replace(whole, **changes)
