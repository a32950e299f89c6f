"""Rewards of reports: the highest band that fits, once for each thing."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.workflow.rewards import Band, Facts, Reward, reward

BANDS = (
    Band("checked", 200),
    Band("punished", 1000, penalty=True),
    Band("grave", 3000, penalty=True, findings=frozenset({"malice", "refusal"})),
)
TRUE = Facts(true=True, wanted=True, named=True)


@pytest.mark.parametrize(
    ("facts", "yuan", "why"),
    [
        (TRUE, 200, "band"),
        (replace(TRUE, penalty=True), 1000, "band"),
        (replace(TRUE, penalty=True, findings=frozenset({"malice"})), 3000, "band"),
        (replace(TRUE, penalty=True, findings=frozenset({"other"})), 1000, "band"),
        (replace(TRUE, findings=frozenset({"malice"})), 200, "band"),
        (replace(TRUE, place=2), 0, "repeated"),
        (replace(TRUE, true=False), 0, "not-true"),
        (replace(TRUE, named=False), 0, "not-named"),
        (replace(TRUE, wanted=False), 0, "not-wanted"),
    ],
)
def test_the_highest_band_that_fits_pays(facts: Facts, yuan: int, why: str) -> None:
    found = reward(BANDS, facts, needs_name=True)
    assert (found.yuan, found.why) == (yuan, why)


def test_a_rule_may_reward_who_keeps_their_name_to_themselves() -> None:
    assert reward(BANDS, replace(TRUE, named=False), needs_name=False).yuan == 200


def test_a_case_below_every_band_earns_nothing() -> None:
    assert reward(BANDS[1:], TRUE, needs_name=True) == Reward(0, "", "no-band")


@given(st.booleans(), st.sets(st.sampled_from(["malice", "refusal", "other"])))
def test_more_found_never_pays_less(penalty: bool, findings: set[str]) -> None:
    less = reward(BANDS, replace(TRUE, penalty=penalty), needs_name=True)
    more = reward(BANDS, replace(TRUE, penalty=True, findings=frozenset(findings)), needs_name=True)
    assert more.yuan >= less.yuan
