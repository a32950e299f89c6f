"""People and their posts: added, changed, posted, handed over. An administrator's post is only asked for here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from lantian.apps.accounts.models import (
    Area,
    HandOver,
    OpenSession,
    Organisation,
    Person,
    Post,
    PostRequest,
)
from lantian.apps.accounts.services.security import ask_for_post
from lantian.apps.accounts.services.sessions import end_sessions
from lantian.apps.audit.services import record
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.identifiers import identity, phone

DAY = timedelta(days=1)
DETAILS = ("name_zh", "name_en", "phone", "email", "identity", "is_active")
"""What may be changed about a person; the sign-in name stays."""


@dataclass(frozen=True)
class OpenItem:
    """One thing that is open under a post: what it is called, and its page."""

    label: Text
    url: str = ""


@dataclass(frozen=True)
class Belongings:
    """What may be open under a post, of one sort (未办事项).

    items: lists it. give: passes on from one post to the next what hangs on the person; None where it hangs on the
    post, so that the successor has it at once. Both are called before the post ends.
    """

    title: Text
    items: Callable[[Post], Sequence[OpenItem]]
    give: Callable[[Post, Post, Any, datetime], object] | None = None

    @property
    def passes(self) -> bool:
        """Whether it has to be given; else it is the post's own."""
        return self.give is not None


hand_over_items: list[Belongings] = []
"""Hook: what passes on with a post; filled in ``project/wiring.py``."""

KEPT_ITEMS = 200
"""So many items of one sort are named in the record of a hand-over; their number is always kept."""


def open_under(post: Post) -> list[tuple[Belongings, Sequence[OpenItem]]]:
    """Return what is open under a post by sort; sorts without anything are left out."""
    listed = ((one, one.items(post)) for one in hand_over_items)
    return [(one, items) for one, items in listed if items]


class PersonExists(LantianError):
    """The name is taken."""


class PostRefused(LantianError):
    """A post that cannot be given, ended or handed over like this."""


@dataclass(frozen=True)
class NewPerson:
    """Somebody to be added, with the role of a first post; a password of None lets nobody sign in."""

    username: str
    password: str | None
    name_zh: str
    name_en: str
    role: str


@dataclass(frozen=True)
class NewPost:
    """A role in an organisation over an area, from a day until a day; title and head are shown, they give no right."""

    role: str
    organisation: Organisation
    area: Area | None = None
    title: str = ""
    head: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@transaction.atomic
def add_person(
    new: NewPerson, *, organisation: Organisation, by: Any, at: datetime, area: Area | None = None
) -> Person:
    """Store a person with a post, for whoever installs Lantian; raises PersonExists."""
    person = register(new.username, {"name_zh": new.name_zh, "name_en": new.name_en}, new.password, by=by, at=at)
    Post.objects.create(person=person, role=new.role, organisation=organisation, area=area)
    record("post.given", subject=person, actor=by, at=at, detail={"role": new.role, "organisation": organisation.pk})
    return person


@transaction.atomic
def register(username: str, details: Mapping[str, Any], password: str | None, *, by: Any, at: datetime) -> Person:
    """Store a person without a post; raises PersonExists."""
    if Person.objects.filter(username=username).exists():
        raise PersonExists(
            Text(f"登录名 {username} 已有人使用，请另取。", f"The name {username} is taken; choose another.")
        )
    person = Person(username=username, **_written(details))
    person.set_password(password)
    person.password_changed_at = at if password else None
    person.save()
    record("person.created", subject=person, actor=by, at=at)
    return person


@transaction.atomic
def change_person(person: Person, details: Mapping[str, Any], *, by: Any, at: datetime) -> list[str]:
    """Change what is known about a person; returns the fields that changed. The log names them without their values."""
    said = _written(details)
    changed = sorted(name for name, value in said.items() if getattr(person, name) != value)
    for name in changed:
        setattr(person, name, said[name])
    if changed:
        person.save(update_fields=changed)
        cleared = [name for name in changed if said[name] == ""]
        detail = {"fields": changed, "cleared": cleared} if cleared else {"fields": changed}
        record("person.changed", subject=person, actor=by, at=at, detail=detail)
    if "is_active" in changed and not person.is_active:
        end_sessions(OpenSession.objects.filter(person=person), by=by, at=at, reason="administrator")
    return changed


def _written(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return details as they are stored; raises WrongIdentifier for a telephone or identity number that cannot be."""
    said = {name: value for name, value in details.items() if name in DETAILS}
    for name, check in (("phone", phone), ("identity", identity)):
        if said.get(name):
            said[name] = check(said[name])
    return said


@transaction.atomic
def give_post(person: Person, new: NewPost, *, by: Person, at: datetime) -> Post | PostRequest:
    """Give a post; an administrator's is asked for, and waits for the security administrator. Raises PostRefused."""
    if new.valid_from and new.valid_to and new.valid_to < new.valid_from:
        raise PostRefused(Text("任职止早于任职起。", "The post would end before it begins."))
    if new.role in PostRequest.ADMINISTRATORS:
        asked = PostRequest(
            person=person,
            role=new.role,
            organisation=new.organisation,
            area=new.area,
            valid_from=new.valid_from,
            valid_to=new.valid_to,
        )
        return ask_for_post(asked, by=by, at=at)
    same = Post.objects.filter(person=person, role=new.role, organisation=new.organisation, area=new.area)
    if same.filter(valid_to=None).exists():
        raise PostRefused(Text("此人已任此岗。", "This person holds this post already."))
    post = Post.objects.create(person=person, **vars(new))
    detail = {"role": new.role, "organisation": new.organisation.pk, "area": new.area.pk if new.area else None}
    record("post.given", subject=person, actor=by, at=at, detail=detail)
    return post


@transaction.atomic
def end_post(post: Post, *, day: date, by: Any, at: datetime) -> None:
    """End a post with a day, which is its last; raises PostRefused."""
    if post.valid_from and day < post.valid_from:
        raise PostRefused(Text("止日早于任职起。", "The last day lies before the first."))
    post.valid_to = day
    post.save(update_fields=["valid_to"])
    record("post.ended", subject=post.person, actor=by, at=at, detail={"role": post.role, "day": f"{day}"})


@transaction.atomic
def hand_over(post: Post, to: Person, *, day: date, note: str, by: Any, at: datetime) -> HandOver:
    """Pass a post on: it ends with a day, the other person's begins on the next, and what is open passes with it."""
    if post.role in PostRequest.ADMINISTRATORS:
        raise PostRefused(
            Text("管理岗不能交接，须重新申请。", "An administrator's post is not handed over; ask for a new one.")
        )
    if to.pk == post.person_id or not to.is_active:
        raise PostRefused(Text("接任人须是另一位在用人员。", "The successor must be another active person."))
    new = NewPost(
        post.role, post.organisation, post.area, post.title, post.head, valid_from=day + DAY, valid_to=post.valid_to
    )
    found = open_under(post)
    end_post(post, day=day, by=by, at=at)
    successor = Post.objects.create(person=to, **vars(new))
    for belongings, _items in found:
        if belongings.give is not None:
            belongings.give(post, successor, by, at)
    items = {"groups": [_kept(one, listed) for one, listed in found]}
    done = HandOver.objects.create(post=post, successor=successor, at=at, by=by, note=note, open_items=items)
    counts = {one.title.en: len(listed) for one, listed in found}
    detail = {"from": post.person.username, "role": post.role, "items": counts}
    record("post.handed-over", subject=to, actor=by, at=at, detail=detail)
    return done


def _kept(sort: Belongings, items: Sequence[OpenItem]) -> dict[str, Any]:
    """A sort of open things as the record of the hand-over keeps it."""
    return {
        "zh": sort.title.zh,
        "en": sort.title.en,
        "count": len(items),
        "items": [[one.label.zh, one.label.en, one.url] for one in items[:KEPT_ITEMS]],
    }
