"""Draws: the shares that the method promises, and the same result from a script that shares no code with ours."""

import hashlib
import json
import math
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.workflow.draws import DrawError, Rule, Subject, commitment, draw, key_of, list_hash, record, seed_of

RULE = Rule({"low": Fraction(1), "high": Fraction(4)}, take=3, least={}, version="2019-1")
SUBJECTS = [Subject(f"site-{n:03d}", "high" if n % 5 == 0 else "low") for n in range(20)]
SEED = hashlib.sha256(b"seed").digest()


def test_the_first_draw_falls_on_weights_1_2_7_with_a_tenth_two_and_seven_tenths() -> None:
    rule = Rule({"a": Fraction(1), "b": Fraction(2), "c": Fraction(7)}, take=1, least={}, version="1")
    subjects = [Subject(band, band) for band in "abc"]
    n = 20_000
    found = Counter(draw(subjects, rule, hashlib.sha256(str(k).encode()).digest()).ids[0] for k in range(n))
    expected = {"a": 0.1 * n, "b": 0.2 * n, "c": 0.7 * n}
    chi_square = sum((found[band] - expected[band]) ** 2 / expected[band] for band in "abc")
    assert chi_square < 13.82  # the 99.9th percentile of chi-square with two degrees of freedom


def test_equal_weights_draw_every_subject_equally_often() -> None:
    rule = Rule({"x": Fraction(1)}, take=2, least={}, version="1")
    subjects = [Subject(str(k), "x") for k in range(10)]
    n = 5_000
    found = Counter(
        one for k in range(n) for one in draw(subjects, rule, hashlib.sha256(bytes([k % 256, k // 256])).digest()).ids
    )
    chi_square = sum((found[str(k)] - n / 5) ** 2 / (n / 5) for k in range(10)) / (1 - 2 / 10)
    assert chi_square < 27.88  # the 99.9th percentile with nine degrees of freedom


def test_a_script_of_its_own_gives_the_same_draw() -> None:
    keys = {}
    for subject in SUBJECTS:
        digest = hashlib.sha256(SEED + b"\x1f" + subject.id.encode()).digest()
        weight = 4 if subject.band == "high" else 1
        keys[subject.id] = math.log((int.from_bytes(digest[:8], "big") + 0.5) / 2**64) / weight
    assert list(draw(SUBJECTS, RULE, SEED).ids) == sorted(keys, key=lambda one: -keys[one])[:3]


def test_each_band_gets_what_it_must_have_at_least() -> None:
    rule = Rule({"low": Fraction(1), "high": Fraction(1000)}, take=4, least={"low": 2}, version="1")
    drawn = draw(SUBJECTS, rule, SEED).ids
    low = {subject.id for subject in SUBJECTS if subject.band == "low"}
    assert len(drawn) == 4
    assert len(low & set(drawn)) >= 2


def test_what_bands_must_have_never_exceeds_the_number_drawn() -> None:
    rule = Rule({"low": Fraction(1), "high": Fraction(4)}, take=2, least={"low": 2, "high": 2}, version="1")
    assert len(draw(SUBJECTS, rule, SEED).ids) == 2


def test_a_list_shorter_than_the_number_is_drawn_whole() -> None:
    assert set(draw(SUBJECTS[:2], RULE, SEED).ids) == {"site-000", "site-001"}


def test_the_frozen_list_changes_with_every_part_of_it() -> None:
    frozen = list_hash(SUBJECTS, RULE)
    others = [
        list_hash(SUBJECTS[1:], RULE),
        list_hash([Subject("site-000", "low"), *SUBJECTS[1:]], RULE),
        list_hash(SUBJECTS, Rule(RULE.weights, 4, {}, "2019-1")),
        list_hash(SUBJECTS, Rule(RULE.weights, 3, {"low": 1}, "2019-1")),
        list_hash(SUBJECTS, Rule(RULE.weights, 3, {}, "2019-2")),
    ]
    assert len({frozen, *others}) == 6
    assert list_hash(SUBJECTS[::-1], RULE) == frozen


def test_the_commitment_binds_secret_and_list_and_the_seed_needs_both_sides() -> None:
    frozen = list_hash(SUBJECTS, RULE)
    assert commitment(b"s", frozen) == hashlib.sha256(b"s\x1f" + frozen.encode()).hexdigest()
    assert seed_of(b"s", "123", frozen) == hashlib.sha256(b"s\x1f123\x1f" + frozen.encode()).digest()
    assert len({seed_of(b"s", "123", frozen), seed_of(b"t", "123", frozen), seed_of(b"s", "124", frozen)}) == 3


@pytest.mark.parametrize(
    ("subjects", "problem"),
    [([SUBJECTS[0], SUBJECTS[0]], "site-000"), ([Subject("x", "middle")], "middle")],
)
def test_a_list_that_cannot_be_drawn_from_says_why(subjects: list[Subject], problem: str) -> None:
    with pytest.raises(DrawError, match=problem):
        draw(subjects, RULE, SEED)


@pytest.mark.parametrize(("take", "weight"), [(0, 1), (1, 0)])
def test_a_rule_must_draw_somebody_and_weigh_something(take: int, weight: int) -> None:
    with pytest.raises(DrawError):
        Rule({"x": Fraction(weight)}, take=take, least={}, version="1")


@given(st.lists(st.text(min_size=1, max_size=8), unique=True, min_size=1, max_size=30), st.binary(min_size=1))
def test_the_order_of_the_list_never_matters_and_nobody_is_drawn_twice(names: list[str], seed: bytes) -> None:
    rule = Rule({"x": Fraction(1)}, take=5, least={}, version="1")
    subjects = [Subject(name, "x") for name in names]
    drawn = draw(subjects, rule, seed)
    assert drawn == draw(subjects[::-1], rule, seed)
    assert len(set(drawn.ids)) == len(drawn.ids) == min(5, len(names))


def test_a_key_lies_below_nought_and_a_greater_weight_lifts_it() -> None:
    assert key_of(SEED, "a", Fraction(1)) < key_of(SEED, "a", Fraction(2)) < 0


def test_a_record_holds_all_that_is_needed_to_draw_again() -> None:
    kept = json.loads(json.dumps(record(SUBJECTS, RULE, SEED)))
    weights = {band: Fraction(weight) for band, weight in kept["rule"]["weights"].items()}
    rule = Rule(weights, take=kept["rule"]["take"], least=kept["rule"]["least"], version=kept["rule"]["version"])
    subjects = [Subject(one["id"], one["band"]) for one in kept["subjects"]]
    drawn = draw(subjects, rule, bytes.fromhex(kept["seed"]))
    assert list_hash(subjects, rule) == kept["list_hash"]
    assert (list(drawn.ids), list(drawn.keys)) == (kept["drawn"], kept["keys"])
