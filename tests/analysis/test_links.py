"""Links: silence, clocks and late data."""

from datetime import timedelta

from lantian.analysis.detection.rules import ClockDrift, Late, Offline
from lantian.analysis.detection.window import LinkFacts
from tests.analysis.district import NOW, District, found, places, rule


def link(device: str, silent_s: int = 0, kind: str = "dust", **more: object) -> LinkFacts:
    return LinkFacts(device, kind, last_frame=NOW - timedelta(seconds=silent_s), **more)  # type: ignore[arg-type]


OFFLINE = rule(Offline({"dust": 1800}), "dust", "micro", channel="")


def test_a_device_is_off_line_after_its_kinds_time() -> None:
    links = (
        link("a", 1801),
        link("b", 1800),
        link("c", 9999, "micro"),
        link("d", 9999, "truck"),
        LinkFacts("never", "dust"),
    )
    [finding] = found(OFFLINE, District().window(links=links))
    assert (finding.subject, finding.start, finding.holds) == ("r:a:", NOW - timedelta(seconds=1801), True)
    assert [row.found.en for row in finding.conditions] == ["06-03 11:29", "30 min"]


def test_a_clock_off_by_more_than_five_minutes_is_found_until_it_is_well_within() -> None:
    clock = rule(ClockDrift(300), channel="")
    links = (
        link("fast", clock_offset_s=301.0, point="p"),
        link("slow", clock_offset_s=-400.0),
        link("good", clock_offset_s=280.0),
        link("unknown"),
    )
    results = found(clock, District().window(links=links))
    assert places(results) == ["p", "slow"]
    assert [each.conditions[0].found.en for each in results] == ["301 s fast", "400 s slow"]
    active = District().window(links=links, active=frozenset({"r:good:"}))
    assert places(found(clock, active)) == ["p", "slow", "good"]


def test_late_data_are_found_by_share_and_number() -> None:
    links = (
        link("a", periods=1000, late=300),
        link("few", periods=10, late=9),
        link("small", periods=1440, late=100),
    )
    [finding] = found(rule(Late(0.2, 60), channel=""), District().window(links=links))
    assert (finding.device, finding.peak, finding.conditions[0].found.en) == ("a", 30, "300 of 1000 (30 %)")
