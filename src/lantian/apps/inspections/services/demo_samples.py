"""Demonstration samples (演示抽样): two months of fuel, urea and paints on their way, a few of them failed."""

import io
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
from PIL import Image

from lantian.apps.accounts.models import Organisation, Person, Post, Role
from lantian.apps.inspections import rules
from lantian.apps.inspections.models import Part, Sample
from lantian.apps.inspections.services.plans import meant
from lantian.apps.inspections.services.samples import (
    HandOver,
    Report,
    SampleDraft,
    hand_over,
    report_results,
    take_sample,
)
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.attachments import Sent
from lantian.kernel.instants import beijing_day, day_of
from lantian.policy.records_sample import SampledGoodRecord, SampleItem

SEED = 20190630
DAYS = 60
MADE = 36
FAILING = 0.12
TESTED_AFTER = timedelta(days=6)


def fill_samples(*, at: datetime) -> int:
    """Fill a demonstration with samples; return how many, 0 where nothing can be sampled."""
    goods = rules.sampled_goods(day_of(at))
    found = {one.id: list(meant(one.kinds[0]).filter(synthetic=True).order_by("code")[:60]) for one in goods}
    goods = [one for one in goods if found[one.id]]
    people = {
        code: _person(code) for code in sorted({code for one in goods for code in (one.organisation, one.laboratory)})
    }
    if not goods or None in people.values():
        return 0
    maker = _Maker(at, {code: person for code, person in people.items() if person is not None})
    for number in range(MADE):
        good = goods[number % len(goods)]
        maker.one(good, found[good.id], number)
    return MADE


def _person(organisation: str) -> Person | None:
    """Somebody of an organisation: nobody can sign in with the name."""
    if not Organisation.objects.filter(pk=organisation).exists():
        return None
    person = Person.objects.create_person(
        f"demo-sampler-{organisation}", None, name_zh="抽样员甲", name_en=f"Sampler {organisation}"
    )
    person.demo = True
    person.save(update_fields=["demo"])
    Post.objects.create(person=person, role=Role.BUREAU, organisation_id=organisation)
    return person


class _Maker:
    """Makes samples from one stream of random numbers."""

    def __init__(self, at: datetime, people: dict[str, Person]) -> None:
        self.at, self.people = at, people
        self.random = np.random.default_rng(SEED)

    def one(self, good: SampledGoodRecord, sources: list[Source], number: int) -> None:
        """Take a sample and let it come as far as its age allows."""
        source = sources[int(self.random.integers(len(sources)))]
        taken = self._moment(number)
        taker, tester = self.people[good.organisation], self.people[good.laboratory]
        draft = SampleDraft(
            good=good.id, taken_at=taken, product=good.zh, seal=f"演示{number:03d}A", kept_seal=f"演示{number:03d}B",
            source=source, maker="演示生产企业", batch=f"P{number:04d}", photo=Sent("demo.jpg", _picture(number)),
            synthetic=True,
        )  # fmt: skip
        sample = take_sample(draft, by=taker, at=max(taken, self.at))
        if self.at - taken > timedelta(hours=4):
            self._hand(sample, good, taker, taken + timedelta(hours=3))
        if self.at - taken > TESTED_AFTER:
            fails = self.random.uniform() < FAILING
            values = {item.id: self._value(item, fails and item == good.items[0]) for item in good.items}
            report = Report(Part.FIRST, values, f"YS-{number:04d}")
            report_results(sample, report, by=tester, at=taken + TESTED_AFTER)

    def _moment(self, number: int) -> datetime:
        """Some working hour; the last ones are of yesterday."""
        back = max(1, DAYS - number * DAYS // MADE)
        day: date = day_of(self.at) - timedelta(days=back)
        return beijing_day(day) + timedelta(hours=round(float(self.random.uniform(9, 16)), 2))

    def _hand(self, sample: Sample, good: SampledGoodRecord, by: Person, at: datetime) -> None:
        handed = HandOver(Part.FIRST, good.laboratory, "抽样员甲", "收样员乙", seal_whole=True)
        hand_over(sample, handed, by=by, at=at)

    def _value(self, item: SampleItem, fails: bool) -> str:
        """A value inside the limits, or half as much again."""
        if fails and item.high is not None:
            return f"{item.high * Decimal('1.5'):.1f}"
        low, high = item.low or Decimal(0), item.high if item.high is not None else (item.low or Decimal(1)) * 2
        share = Decimal(str(round(float(self.random.uniform(0.2, 0.9)), 3)))
        return f"{low + (high - low) * share:.2f}"


def _picture(number: int) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (320, 200), (90 + number % 60, 110, 120)).save(content, "JPEG")
    return content.getvalue()
