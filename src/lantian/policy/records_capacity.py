"""What a supervision capacity (监管能力) needs: instruments within calibration and people with a valid certificate."""

from pydantic import Field

from lantian.policy.records import Record, record_type


@record_type("capacity_need")
class CapacityNeed(Record):
    """An ability that an article asks for (能力要求), and from how many it counts as there.

    uses: values of the instruments' use that serve it; abilities: of the certificates. instruments, staff: the least
    number of valid ones. near_days: days before its end from which an instrument or certificate is near.
    """

    article: int
    order: int = 0
    uses: tuple[str, ...] = ()
    abilities: tuple[str, ...] = ()
    instruments: int = Field(default=0, ge=0)
    staff: int = Field(default=0, ge=0)
    near_days: int = Field(gt=0)
