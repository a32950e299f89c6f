"""Demo accounts (演示账号): made only by ``lantian up --demo``; their passwords follow from the folder's secret key."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from lantian.apps.accounts.models import Area, Organisation, Person, Role
from lantian.apps.accounts.services.people import NewPerson, add_person


@dataclass(frozen=True)
class DemoAccount:
    """Who, where and over what; organisations and areas are looked for in the pack's, first match counts."""

    username: str
    zh: str
    en: str
    role: str
    organisations: tuple[str, ...]
    street: bool = False
    firm: bool = False


ACCOUNTS = (
    DemoAccount("duty", "值班员甲", "Duty Officer A", Role.DUTY, ("蓝天", "区环保局", "区生态环境局")),
    DemoAccount(
        "housing", "行业员乙", "Bureau Officer B", Role.BUREAU, ("住房城乡建设委", "住房和城乡建设委", "住建委")
    ),
    DemoAccount("street", "街乡员丙", "Street Officer C", Role.STREET, ("街道", "地区"), street=True),
    DemoAccount("viewer", "观察员丁", "Viewer D", Role.VIEWER, ("朝阳区人民政府", "政府")),
    DemoAccount(
        "enforcement", "执法员戊", "Enforcement Officer E", Role.ENFORCEMENT, ("蓝天", "区环保局", "区生态环境局")
    ),
    DemoAccount("community", "网格员己", "Community Officer F", Role.COMMUNITY, ("街道", "地区"), street=True),
    DemoAccount("enterprise", "企业员庚", "Enterprise Officer G", Role.ENTERPRISE, ("演示企业",), firm=True),
    DemoAccount(
        "system", "系统员辛", "System Administrator H", Role.SYSTEM_ADMIN, ("蓝天", "区环保局", "区生态环境局")
    ),
    DemoAccount(
        "security", "安全员壬", "Security Administrator I", Role.SECURITY_ADMIN, ("蓝天", "区环保局", "区生态环境局")
    ),
    DemoAccount("audit", "审计员癸", "Audit Administrator J", Role.AUDIT_ADMIN, ("蓝天", "区环保局", "区生态环境局")),
)


@dataclass(frozen=True)
class Credentials:
    """What is printed for a demo account."""

    person: Person
    password: str


@transaction.atomic
def ensure_demo_accounts(*, at: datetime) -> list[Credentials]:
    """Make the accounts that are missing and return all with their passwords."""
    return [_ensure(account, at) for account in ACCOUNTS]


def demo_password(username: str) -> str:
    """Return the password of a demo account of this data folder: 60 bits from its secret key."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"demo:{username}".encode(), hashlib.sha256).digest()
    text = base64.b32encode(digest).decode().lower()[:12]
    return "-".join((text[:4], text[4:8], text[8:]))


def _ensure(account: DemoAccount, at: datetime) -> Credentials:
    password = demo_password(account.username)
    person = Person.objects.filter(username=account.username, demo=True).first()
    if person is None:
        organisation = _organisation(account)
        new = NewPerson(account.username, password, account.zh, account.en, account.role)
        person = add_person(new, organisation=organisation, by=None, at=at, area=_area(account, organisation))
        person.demo = True
        person.save(update_fields=["demo"])
    return Credentials(person, password)


def _organisation(account: DemoAccount) -> Organisation:
    offices = Organisation.objects.filter(kind="street_office") if account.street else Organisation.objects
    if account.firm:
        return _firm()
    for name in account.organisations:
        found = offices.filter(name_zh__contains=name).order_by("pk").first()
        if found:
            return found
    made, _ = Organisation.objects.get_or_create(
        code="demo-office", defaults={"name_zh": "演示单位", "name_en": "Demo office"}
    )
    return made


def _firm() -> Organisation:
    """The enterprise of the demonstration's account: one that owns made-up entries, or a new one."""
    owner = Organisation.objects.filter(pk__startswith="demo-enterprise").order_by("pk").first()
    return (
        owner
        or Organisation.objects.get_or_create(
            code="demo-firm", defaults={"name_zh": "演示企业", "name_en": "Demo enterprise", "kind": "enterprise"}
        )[0]
    )


def _area(account: DemoAccount, organisation: Organisation) -> Area | None:
    return (
        organisation.area if account.street else Area.objects.of_kind("district").filter(children__isnull=False).first()
    )
