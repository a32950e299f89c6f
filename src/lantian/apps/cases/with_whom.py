"""With whom a step is now, and why (现由谁办): the officer named by post, a deputy, whoever is on duty, or the head.

The named officer is whoever of the organisation acted in the case last, else the first whose post covers its ground. In
working hours they have it, and their deputy while they are away; out of hours the duty roster comes first. When the end
of the step has passed without an act, the named officer counts as silent: then the deputy has it, else the head.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lantian.apps.accounts.answering import Answer, Picture, Why, answerer, picture_of, who_answers
from lantian.apps.accounts.models import AreaKind, Deputy, Organisation, Person, Post, Role
from lantian.apps.accounts.models.places import standing
from lantian.apps.cases.models import CaseThread
from lantian.apps.cases.rules import rules
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING, day_of

_WORK = (Role.ENFORCEMENT, Role.STREET, Role.BUREAU, Role.COMMUNITY, Role.DUTY)
"""Roles that take steps, in the order in which they are named."""
_GROUND = frozenset({AreaKind.STREET, AreaKind.COMMUNITY})


@dataclass(frozen=True)
class With:
    """Who has a step now. because: why it is not the named officer, or None when it is."""

    person: Person
    named: Person | None
    because: Text | None


@dataclass
class Desks:
    """Who is where at a moment; each organisation is read once, however many steps it has."""

    now: datetime
    pictures: dict[str, Picture] = field(default_factory=dict)
    posts: dict[str, list[Post]] = field(default_factory=dict)

    def picture(self, row: CaseThread) -> Picture:
        """Return what is known about the organisation that has a step."""
        if row.holder_id not in self.pictures:
            self.pictures[row.holder_id] = picture_of(row.holder, self.now)
        return self.pictures[row.holder_id]

    def working(self, row: CaseThread) -> list[Post]:
        """Return the posts of that organisation that take steps."""
        if row.holder_id not in self.posts:
            held = Post.objects.held_on(day_of(self.now)).filter(organisation=row.holder_id, role__in=_WORK)
            held = held.filter(person__is_active=True).select_related("person", "organisation__area", "area")
            self.posts[row.holder_id] = list(held)
        return self.posts[row.holder_id]


def with_whom(row: CaseThread, now: datetime, desks: Desks | None = None) -> With | None:
    """Return who has an open step at a moment; None where the organisation has nobody."""
    desks = desks or Desks(now)
    post = named_post(row, desks)
    found = _answer(row, desks.picture(row), post, now)
    if found is None:
        return None
    answer, because = found
    if post is not None and answer.person == post.person_id:
        return With(post.person, post.person, None)
    return With(Person.objects.get(pk=answer.person), post.person if post else None, because)


def concerned(row: CaseThread, now: datetime) -> list[Person]:
    """Return whom a step concerns at a moment: who has it, and the named officer where that is somebody else."""
    found = with_whom(row, now)
    if found is None:
        return []
    others = [found.named] if found.named and found.named != found.person else []
    return [found.person, *others]


def on_call(code: str, now: datetime) -> list[Person]:
    """Return who answers for an organisation out of hours: whoever is on duty, else the head; nobody at work."""
    organisation = None if at_work(now) else Organisation.objects.filter(pk=code).first()
    found = answerer(organisation, now) if organisation else None
    return list(Person.objects.filter(pk=found.person)) if found else []


def named_post(row: CaseThread, desks: Desks) -> Post | None:
    """Return the post of the named officer of a step."""
    posts = [one for one in desks.working(row) if _covers(one, row)]
    if len(posts) > 1:
        acted = row.case.history.filter(by__in=[one.person_id for one in posts]).order_by("-pk").first()
        posts = [one for one in posts if acted is None or one.person_id == acted.by_id]
    return min(posts, key=lambda one: (bool(one.head), _WORK.index(Role(one.role)), one.pk), default=None)


def _covers(post: Post, row: CaseThread) -> bool:
    ground = post.area or post.organisation.area
    if ground is None or ground.kind not in _GROUND or not row.case.area_code:
        return True
    return row.case.area_code.startswith(ground.code)


def _answer(row: CaseThread, picture: Picture, post: Post | None, now: datetime) -> tuple[Answer, Text] | None:
    """Who answers, and why."""
    late = row.due_at is not None and not row.paused and now > row.due_at
    for answer, because in _line(picture, post, now, late=late):
        if picture.here(answer.person, now):
            return answer, because
    return None


def _line(picture: Picture, post: Post | None, now: datetime, *, late: bool) -> Iterator[tuple[Answer, Text]]:
    """Everybody who may have the step, in order, each with the reason."""
    holder = post.person_id if post else 0
    away = post is not None and not picture.here(holder, now)
    deputies = _deputies(post, now) if post and (away or late) else ()
    roster = [(answer, _REASONS[answer.why]) for answer in _roster(picture, now)]
    if not at_work(now):
        yield from (
            (one, Text("非工作时间，由值班人员办理", "out of hours, the duty officer has it")) for one, _ in roster
        )
    if post is not None and not late:
        yield Answer(holder, "holder"), Text("", "")
    why = _ABSENT if away else _SILENT
    yield from ((Answer(person, "deputy"), why) for person in deputies)
    if late:
        yield from ((one, _SILENT_HEAD) for one in _heads(picture, now))
    if post is not None and late:
        yield Answer(holder, "holder"), Text("", "")
    yield from roster
    yield from ((one, _REASONS["head"]) for one in _heads(picture, now))


_ABSENT = Text("承办人请假，由代理人办理", "the named officer is on leave, the deputy has it")
_SILENT = Text("承办人逾期未办，由代理人办理", "the named officer let the end pass, the deputy has it")
_SILENT_HEAD = Text("承办人逾期未办，由单位负责人办理", "the named officer let the end pass, the head has it")
_REASONS: dict[Why, Text] = {
    "holder": Text("", ""),
    "deputy": _ABSENT,
    "duty": Text("承办人不在岗，由值班人员办理", "the named officer is not there, the duty officer has it"),
    "duty-leader": Text(
        "承办人不在岗，由带班领导办理", "the named officer is not there, the leader of the turn has it"
    ),
    "head": Text("承办人、代理人均不在岗，由单位负责人办理", "neither officer nor deputy is there, the head has it"),
}


def _deputies(post: Post, now: datetime) -> Sequence[int]:
    acting = Deputy.objects.filter(standing(day_of(now)), post=post).order_by("order", "pk")
    return list(acting.values_list("person", flat=True))


def _roster(picture: Picture, now: datetime) -> list[Answer]:
    """Those on duty, officers before leaders."""
    turns = sorted((one for one in picture.turns if one.start <= now < one.end), key=lambda one: one.leader)
    return [Answer(one.person, "duty-leader" if one.leader else "duty") for one in turns]


def _heads(picture: Picture, now: datetime) -> list[Answer]:
    """The head of the organisation who is there, or whoever acts for them."""
    without = Picture(picture.heads, (), picture.away, picture.inactive)
    found = who_answers(without, now)
    return [found] if found else []


def at_work(now: datetime) -> bool:
    """Tell whether a moment lies in working hours of a working day."""
    local, settings = now.astimezone(BEIJING), rules().settings(day_of(now))
    inside = settings.work_from <= local.time().replace(tzinfo=None) < settings.work_until
    return inside and rules().calendar.is_working_day(day_of(now))
