"""The gate of a site (三不进两不出), and the papers without which a credential is withheld (核查材料)."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from lantian.apps.audit.services import record
from lantian.apps.ledger.kinds import credential_kinds, kind
from lantian.apps.ledger.models import Credential, GateCheck, Source
from lantian.apps.ledger.rulebook import Reason, Verdict, rules_on, verdict
from lantian.apps.ledger.services import credentials
from lantian.apps.ledger.services.credentials import Act, CredentialError
from lantian.kernel.errors import Text
from lantian.kernel.identifiers import plain
from lantian.policy.records_credential import GateRule, PaperRule


def find_truck(typed: str) -> Source | None:
    """Find a truck by its plate, its code, or the address or number of its carriage permit."""
    token, name = typed.strip().rstrip("/").rsplit("/", 1)[-1], plain(typed).upper()
    permits = Credential.objects.filter(kind="carriage-permit").select_related("source")
    permit = permits.filter(token=token).first() or permits.filter(number=name).exclude(number="").first()
    if permit is not None:
        return permit.source
    vehicles = Source.objects.of_kind("vehicle").current()
    return vehicles.filter(attributes__plate=name).first() or vehicles.filter(code=name).first()


def rules_at(direction: str, on: date) -> list[GateRule]:
    """Return the prohibitions that stop a truck on its way in or out."""
    return [rule for rule in rules_on(GateRule, on) if rule.direction == direction]


def judge_gate(direction: str, truck: Source | None, seen: Collection[str], on: date) -> Verdict:
    """Judge a truck at the gate: let in (or out), or turn away with each reason and its article.

    seen: ids of the prohibitions that the one at the gate saw broken, such as ``in-seal``.
    """
    return verdict(_broken(rule, truck, seen, on) for rule in rules_at(direction, on))


def _broken(rule: GateRule, truck: Source | None, seen: Collection[str], on: date) -> Reason | None:
    if rule.id in seen:
        return Reason.of(rule, Text(f"{rule.zh}（现场查看）", f"{rule.en} (seen on site)"))
    if rule.by == "eyes":
        return None
    if truck is None:
        return Reason.of(rule, Text(f"{rule.zh}：车辆不在台账。", f"{rule.en}: the truck is not in the ledger."))
    why = _missing_facts(truck, rule.which) if rule.by == "attributes" else _missing_permit(truck, rule.which, on)
    return Reason.of(rule, Text(f"{rule.zh}：{why.zh}。", f"{rule.en}: {why.en}.")) if why else None


def _missing_facts(truck: Source, names: Iterable[str]) -> Text | None:
    absent = [kind(truck.kind).attribute(name) for name in names if not truck.attributes.get(name)]
    labels = [one for one in absent if one is not None]
    if not labels:
        return None
    return Text(
        f"未具备{'、'.join(one.zh for one in labels)}", f"it lacks {', '.join(one.en.lower() for one in labels)}"
    )


def _missing_permit(truck: Source, kinds: Iterable[str], on: date) -> Text | None:
    return next((found for name in kinds if (found := lacking(truck, name, on))), None)


def lacking(holder: Source | None, name: str, on: date) -> Text | None:
    """Return how a credential is lacking on a day: none, expired, suspended, revoked; None when one holds."""
    label = credential_kinds()[name]
    held = [] if holder is None else list(holder.credentials.filter(kind=name).exclude(number=""))
    standings = [credentials.standing(one, on) for one in held]
    if "valid" in standings:
        return None
    if not held:
        return Text(f"无{label.zh}", f"there is no {_lower(label.en)}")
    last, how = held[-1], standings[-1]
    zh, en = _STANDING.get(how, (how, how))
    until = f"（有效期至 {last.valid_to}）" if how == "expired" else ""
    return Text(f"{label.zh} {last.number} {zh}{until}", f"{_lower(label.en)} {last.number} {en}")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


_STANDING = {
    "expired": ("已过期", "has expired"),
    "not-yet": ("尚未生效", "does not hold yet"),
    "suspended": ("已暂停", "is suspended"),
    "revoked": ("已吊销", "is revoked"),
    "surrendered": ("已注销", "is surrendered"),
}


@transaction.atomic
def keep_gate_check(
    typed: str, truck: Source | None, site: Source, direction: str, found: Verdict, act: Act
) -> GateCheck:
    """Record what was decided at the gate (留痕)."""
    made = GateCheck.objects.create(
        number=plain(typed)[:60],
        vehicle=truck,
        site=site,
        area_id=site.area_id,
        direction=direction,
        at=act.at,
        by=act.by,
        passed=found.passed,
        reasons=[reason.kept() for reason in found.reasons],
    )
    detail = {"number": made.number, "site": site.code, "direction": direction, "passed": made.passed}
    record("gate.checked", subject=made, actor=act.by, at=act.at, detail=detail)
    return made


@dataclass(frozen=True)
class Parties:
    """Whose papers are looked at: the site or holder itself, the carrier, its trucks; None or empty is unknown."""

    site: Source | None
    carrier: Source | None = None
    trucks: Sequence[Source] = ()


def missing_papers(name: str, parties: Parties, on: date) -> Verdict:
    """Return which papers stand against a credential: missing, expired, suspended, each named with its holder."""
    reasons: list[Reason] = []
    for rule in rules_on(PaperRule, on):
        if rule.kind == name:
            reasons += [one for paper in rule.papers for one in _paper(rule, paper, parties, on)]
            reasons += _conforms(rule, parties.site)
    return verdict(reasons)


def _paper(rule: PaperRule, paper: PaperRule.Paper, parties: Parties, on: date) -> list[Reason]:
    holders: Sequence[Source | None] = {
        "site": (parties.site,),
        "carrier": (parties.carrier,),
        "truck": tuple(parties.trucks) or (None,),
    }[paper.of]
    found = [(holder, lacking(holder, paper.kind, on)) for holder in holders]
    return [Reason.of(rule, _of(holder, why), paper.kind) for holder, why in found if why]


def _of(holder: Source | None, why: Text) -> Text:
    return (
        Text(f"{holder.name}：{why.zh}。", f"{holder.name}: {why.en}.") if holder else Text(f"{why.zh}。", f"{why.en}.")
    )


def _conforms(rule: PaperRule, holder: Source | None) -> list[Reason]:
    why = _missing_facts(holder, rule.attributes) if holder and rule.attributes else None
    return [Reason.of(rule, _of(holder, why), "attributes")] if why else []


def carrier_of(truck: Source) -> Source | None:
    """Return the firm that runs a truck: its parent in the ledger, else the enterprise of the same owner."""
    if truck.parent is not None and truck.parent.kind == "enterprise":
        return truck.parent
    if truck.owner_id is None:
        return None
    firms = Source.objects.of_kind("enterprise").current().filter(owner_id=truck.owner_id)
    licensed = firms.filter(credentials__kind="carrier-licence").first()
    return licensed or firms.first()


def parties_of(credential: Credential) -> Parties:
    """Return whose papers a credential asks for: named in its application, else known from the ledger."""
    holder = credential.source
    if holder.kind == "vehicle":
        return Parties(holder, carrier_of(holder))
    return parties_named(holder, str(credential.data.get("carrier", "")), str(credential.data.get("trucks", "")))


def parties_named(holder: Source, carrier: str, trucks: str) -> Parties:
    """Return the parties that somebody named: a firm by its code, trucks by plates with commas between.

    A plate that no truck has leaves all trucks unknown: their papers cannot be there.
    """
    names = [part for part in re.split("[,，、;；\\s]+", trucks) if part]
    found = [truck for name in names if (truck := find_truck(name))]
    code = plain(carrier)
    firm = Source.objects.of_kind("enterprise").current().filter(code=code).first() if code else None
    return Parties(holder, firm, found if len(found) == len(names) else ())


def papers_against(credential: Credential, on: date) -> Verdict:
    """Return what stands against issuing or renewing a credential."""
    return missing_papers(credential.kind, parties_of(credential), on)


def issue_checked(credential: Credential, act: Act, on: date, valid_to: date | None = None) -> Credential:
    """Issue a credential when all its papers are there; raises CredentialError naming those that are not."""
    require_papers(credential, on)
    return credentials.issue(credential, act, valid_from=on, valid_to=valid_to)


def require_papers(credential: Credential, on: date) -> None:
    """Raise CredentialError naming the papers that are missing."""
    found = papers_against(credential, on)
    if not found.passed:
        cited = found.reasons[0].citation
        zh, en = ("".join(one.text.zh for one in found.reasons), " ".join(one.text.en for one in found.reasons))
        raise CredentialError(Text(f"不予核发（{cited.zh}）：{zh}", f"Withheld ({cited.en}): {en}"))
