"""Maintenance windows suppress what they announce, stay visible, and are alarms themselves when abused."""

from dataclasses import replace
from datetime import datetime, timedelta

from lantian.analysis.detection.detect import detect
from lantian.analysis.detection.rules import Exceedance, WindowAbuse
from lantian.analysis.detection.window import LinkFacts, Maintenance
from tests.analysis.district import NOW, District, rule

LIMIT = replace(rule(Exceedance("1h", 150)), id="limit")
ABUSE = replace(rule(WindowAbuse(share=0.1, days=30, late_minutes=30), channel=""), id="abuse")


def hours(count: float) -> datetime:
    return NOW - timedelta(hours=count)


def maintenance(first: float, last: float, declared: float, device: str = "a-d") -> Maintenance:
    return Maintenance("w1", device, hours(first), hours(last), hours(declared))


def district() -> District:
    made = District()
    made.add("a", hours=[100, 200, 200])
    return made


def test_a_finding_inside_an_announced_window_is_suppressed_and_names_it() -> None:
    window = district().window(maintenance=(maintenance(3, -1, 24), maintenance(3, -1, 24, "b-d")))
    [finding] = detect([LIMIT, ABUSE], window)
    assert (finding.window, finding.is_individual) == ("w1", False)


def test_a_finding_that_outlasts_the_window_or_began_before_it_is_not_suppressed() -> None:
    for first, last in ((3, 1), (1, -1)):
        [finding] = detect([LIMIT], district().window(maintenance=(maintenance(first, last, 24),)))
        assert finding.window == ""


def test_a_window_declared_after_the_exceedance_began_suppresses_nothing_and_is_itself_an_alarm() -> None:
    exceedance, abuse = detect([LIMIT, ABUSE], district().window(maintenance=(maintenance(3, -1, 0.5),)))
    assert (exceedance.window, abuse.subject) == ("", "abuse:a-d:")
    assert abuse.conditions[0].label.en == "declared after an alarm had begun"
    assert (abuse.conditions[0].found.en, abuse.conditions[0].limit.en) == ("06-03 11:30", "06-03 10:00")


def test_too_much_of_a_month_in_windows_is_abuse_and_overlaps_count_once() -> None:
    four_days = (maintenance(96, 0, 100), maintenance(96, 10, 100), maintenance(20, 10, 100))
    [abuse] = detect([ABUSE], district().window(maintenance=four_days))
    assert abuse.conditions[0].found.en == "13.3 %"
    two_days = (maintenance(96, 72, 100), maintenance(24, 0, 100))
    assert detect([ABUSE], district().window(maintenance=two_days)) == []


def test_devices_without_series_are_known_by_their_link() -> None:
    link = LinkFacts("v-d", "dust", "v", "street")
    other = LinkFacts("t", "truck")
    windows = (maintenance(200, 0, 300, "v-d"), maintenance(200, 0, 300, "t"), maintenance(200, 0, 300, "gone"))
    [abuse] = detect([ABUSE], District().window(links=(link, other), maintenance=windows))
    assert (abuse.point, abuse.area) == ("v", "street")
