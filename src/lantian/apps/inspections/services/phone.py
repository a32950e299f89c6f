"""What a patrol phone sends (手机来件), read strictly; and what the server answers: what it has stored, or why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from lantian.kernel.errors import LantianError, Text

Json = dict[str, Any]
Model = TypeVar("Model", bound=BaseModel)
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Refused(LantianError):
    """What a phone sent is not taken. code: for the phone's buttons. advice: what the person can do."""

    def __init__(self, code: str, text: Text, advice: Text | None = None, status: int = 409) -> None:
        super().__init__(text)
        self.code, self.advice, self.status = code, advice, status

    @property
    def answer(self) -> Json:
        """The refusal as the phone reads it."""
        return {"code": self.code, "text": written(self.text), "advice": written(self.advice) if self.advice else None}


def written(text: Text) -> Json:
    """Write a text in both languages."""
    return {"zh": text.zh, "en": text.en}


@dataclass(frozen=True)
class Kept:
    """What the server has: the number that the phone gave; of a photo, hash and size as they lie on its disk."""

    id: UUID
    sha256: str = ""
    size: int = 0
    notice: Text | None = None
    link: str = ""

    @property
    def answer(self) -> Json:
        """What was stored, as the phone reads it."""
        photo = {"sha256": self.sha256, "size": self.size} if self.sha256 else {}
        return {"id": str(self.id), "link": self.link, "notice": written(self.notice) if self.notice else None, **photo}


class Body(BaseModel):
    """What every message is: known fields alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Position(Body):
    """Where the phone stood (WGS-84), and how sure it was [m]."""

    longitude: float = Field(ge=-180, le=180)
    latitude: float = Field(ge=-90, le=90)
    accuracy_m: float = Field(default=0, ge=0, le=1e6)

    def __str__(self) -> str:
        return f"{self.longitude:.5f}, {self.latitude:.5f} ± {self.accuracy_m:.0f} m"


class AnswerBody(Body):
    """An answer to an item."""

    item: str = Field(max_length=40)
    answer: str = Field(default="", max_length=4)
    value: str = Field(default="", max_length=40)
    note: str = Field(default="", max_length=500)


class InspectionBody(Body):
    """A finished checklist. plan: the plan's entry that it fulfils; edition: of the checklist that was filled in."""

    id: UUID
    plan: int | None = None
    kind: str = Field(default="", max_length=40)
    code: str = Field(default="", max_length=60)
    place: str = Field(default="", max_length=200)
    checklist: str = Field(max_length=40)
    edition: str = Field(max_length=40)
    begun_at: AwareDatetime
    finished_at: AwareDatetime
    position: Position | None = None
    note: str = Field(default="", max_length=500)
    no_entry: bool = False
    answers: tuple[AnswerBody, ...] = Field(default=(), max_length=200)
    photos: tuple[UUID, ...] = Field(default=(), max_length=200)


class StepBody(Body):
    """A step of a case, taken on site. known_at: when the phone last heard of the case."""

    id: UUID
    case: str = Field(max_length=60)
    thread: int = Field(ge=1)
    known_at: AwareDatetime
    outcome: str = Field(max_length=40)
    reason: str = Field(min_length=1, max_length=1000)
    place: str = Field(default="", max_length=120)
    position: Position | None = None
    finished_at: AwareDatetime


class PhotoFields(BaseModel):
    """What comes with the bytes of a photo, in the address; what is unknown is left out."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    sha256: Sha256
    size: int = Field(ge=1)
    taken_at: AwareDatetime
    original_sha256: Sha256 | None = None
    longitude: float | None = Field(default=None, ge=-180, le=180)
    latitude: float | None = Field(default=None, ge=-90, le=90)
    accuracy_m: float = Field(default=0, ge=0, le=1e6)

    @property
    def position(self) -> Position | None:
        """Where it was taken."""
        if self.longitude is None or self.latitude is None:
            return None
        return Position(longitude=self.longitude, latitude=self.latitude, accuracy_m=self.accuracy_m)


class InspectionPhotoFields(PhotoFields):
    """A photo of an inspection."""

    inspection: UUID
    item: str = Field(default="", max_length=40)


class EvidenceFields(PhotoFields):
    """A photo for a step of a case."""

    case: str = Field(max_length=60)
    thread: int = Field(ge=1)


def read(model: type[Model], sent: Mapping[str, Any] | bytes) -> Model:
    """Read what was sent; raises Refused with the field that does not fit."""
    try:
        return model.model_validate_json(sent) if isinstance(sent, bytes) else model.model_validate(dict(sent))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "JSON"
        raise Refused(
            "unreadable",
            Text(
                f"服务器不能识别所收内容（{where}）。",
                f"The server cannot read what was sent ({where}: {first['msg']}).",
            ),
            Text("请联网刷新页面后再试。", "Reload the page with a network and try again."),
            status=422,
        ) from error
