"""People and posts from a workbook (人员导入): row by row, checked before anything is stored, by sign-in name as key.

Several rows with one name give one person several posts. What is empty stays as it is. Good rows are stored even where
others are wrong; each wrong row says why.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from lantian.apps.accounts.models import Area, Head, Organisation, Person, PostRequest, Role
from lantian.apps.accounts.services.passwords import reset_password
from lantian.apps.accounts.services.people import NewPost, change_person, give_post, register
from lantian.apps.accounts.services.sheets import Heading, Line, day, read_lines, template
from lantian.apps.audit.services import record
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.identifiers import identity, phone

HEADINGS = (
    Heading("username", Text("登录名", "Sign-in name"), required=True, example="wang.shoulan"),
    Heading("name_zh", Text("姓名", "Name"), required=True, example="王守蓝"),
    Heading("name_en", Text("英文名", "English name"), example="Wang Shoulan"),
    Heading("phone", Text("手机号", "Telephone"), example="13800002207"),
    Heading("email", Text("邮箱", "E-mail")),
    Heading("identity", Text("证件号码", "Identity number")),
    Heading("role", Text("岗位", "Post"), required=True, example="街乡岗"),
    Heading("organisation", Text("单位", "Organisation"), required=True, example="建外街道办事处"),
    Heading("area", Text("区域", "Area")),
    Heading("title", Text("职务", "Title")),
    Heading("head", Text("负责人", "Head")),
    Heading("valid_from", Text("任职起", "Held from"), example="2020-01-01"),
    Heading("valid_to", Text("任职止", "Held until")),
)
DETAILS = ("name_zh", "name_en", "phone", "email", "identity")


@dataclass
class Row:
    """What a row comes to: what would be done, or what is wrong with it."""

    number: int
    username: str
    name: str
    problems: list[Text] = field(default_factory=list)
    details: dict[str, str] = field(default_factory=dict)
    post: NewPost | None = None
    known: bool = False

    @property
    def awaits(self) -> bool:
        """Whether its post is an administrator's and waits for approval."""
        return self.post is not None and self.post.role in PostRequest.ADMINISTRATORS


@dataclass(frozen=True)
class Done:
    """What an import did: rows stored, rows refused, and the temporary passwords of new people, shown once."""

    rows: list[Row]
    stored: int
    passwords: list[tuple[Person, str]]


def empty_workbook(language: str) -> bytes:
    """Return the template."""
    english = language.startswith("en")
    roles = [str(role) if english else str(role.label) for role in Role]
    heads = [str(one) if english else str(one.label) for one in Head]
    return template(HEADINGS, {"role": roles, "head": heads}, language)


def check_people(content: bytes) -> list[Row]:
    """Read and check without storing; raises SheetRefused when it is no such table."""
    lines = read_lines(content, HEADINGS)
    known = set(Person.objects.filter(username__in=[_name(line) for line in lines]).values_list("username", flat=True))
    look_up = _LookUp()
    return [_checked(line, known, look_up) for line in lines]


@transaction.atomic
def import_people(content: bytes, *, by: Person, at: datetime) -> Done:
    """Store the rows that are right."""
    rows, passwords, stored = check_people(content), list[tuple[Person, str]](), 0
    for row in rows:
        if not row.problems:
            stored += _stored(row, passwords, by=by, at=at)
    record("people.imported", subject=None, actor=by, at=at, detail={"rows": len(rows), "stored": stored})
    return Done(rows, stored, passwords)


def _stored(row: Row, passwords: list[tuple[Person, str]], *, by: Person, at: datetime) -> int:
    try:
        with transaction.atomic():
            person = Person.objects.filter(username=row.username).first()
            if person is None:
                person = register(row.username, row.details, None, by=by, at=at)
                made = reset_password(person, by=by, at=at)
                passwords.append((person, made))
            else:
                change_person(person, row.details, by=by, at=at)
            if row.post is not None:
                give_post(person, row.post, by=by, at=at)
    except LantianError as error:
        row.problems.append(error.text)
        passwords[:] = [one for one in passwords if one[0].username != row.username]
        return 0
    return 1


class _LookUp:
    """Names and codes of what rows may point to, read once."""

    def __init__(self) -> None:
        self.organisations = self._named(Organisation.objects.all())
        self.areas = self._named(Area.objects.all())
        self.roles = {said: role for role in Role for said in (str(role), str(role.label))}
        self.heads = {said: head for head in Head for said in (str(head), str(head.label))}

    @staticmethod
    def _named(places: Any) -> dict[str, Any]:
        names = ("pk", "name_en", "name_zh", "official_en", "official_zh")
        return {said: one for one in places for said in (getattr(one, name, "") for name in names) if said}


def _name(line: Line) -> str:
    return line.cells.get("username", "")[:64]


def _checked(line: Line, known: set[str], look_up: _LookUp) -> Row:
    row = Row(line.number, _name(line), line.cells.get("name_zh", ""), known=_name(line) in known)
    row.problems += [
        Text(f"缺少{one.text.zh}。", f"{one.text.en} is missing.")
        for one in HEADINGS
        if one.required and not line.cells.get(one.name)
    ]
    row.details = {name: line.cells[name] for name in DETAILS if line.cells.get(name)}
    for name, check in (("phone", phone), ("identity", identity)):
        _try(row, lambda name=name, check=check: check(row.details[name]) if row.details.get(name) else None)
    if not row.problems:
        _try(row, lambda: setattr(row, "post", _post(line.cells, look_up)))
    return row


def _try(row: Row, act: Any) -> None:
    try:
        act()
    except LantianError as error:
        row.problems.append(error.text)


def _post(cells: dict[str, str], look_up: _LookUp) -> NewPost:
    return NewPost(
        role=_found(cells, "role", look_up.roles, Text("岗位", "post")),
        organisation=_found(cells, "organisation", look_up.organisations, Text("单位", "organisation")),
        area=_found(cells, "area", look_up.areas, Text("区域", "area")),
        title=cells.get("title", "")[:60],
        head=_found(cells, "head", look_up.heads, Text("负责人", "head")) or "",
        valid_from=day(cells.get("valid_from", "")),
        valid_to=day(cells.get("valid_to", "")),
    )


class NotFound(LantianError):
    """A name that nothing has."""


def _found(cells: dict[str, str], name: str, known: dict[str, Any], what: Text) -> Any:
    said = cells.get(name, "")
    if said and said not in known:
        raise NotFound(Text(f"没有名为“{said}”的{what.zh}。", f"There is no {what.en} named {said!r}."))
    return known.get(said)
