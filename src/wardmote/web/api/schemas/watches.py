"""Shapes of night watches for the phone."""

from __future__ import annotations

from ninja import Schema

from wardmote.web.api.schemas.common import CodeOut, LongText, Name, Seconds


class WatchOut(Schema):
    """A watch of an own team.

    Attributes:
        early_s: from when it may be begun; it may until before `ends_s`.
        leads: who leads the team, by name.
        meets_at: where the team meets, in words; `lon`, `lat`: the same, null where not on record.
        begun_by: who began it, by name.
        ended_s: null also where the clock closed it and nobody told the end.
    """

    id: str
    state: str
    team: Name
    area: Name
    leads: str
    meets_at: str
    lon: float | None
    lat: float | None
    early_s: float
    begins_s: float
    ends_s: float
    begun_s: float | None
    begun_by: str
    ended_s: float | None


class MyWatchesOut(Schema):
    """Everything that a phone needs on a watch without a network.

    Attributes:
        hazards: categories of hazards that the reader may report; empty where none.
    """

    made_s: float
    staff_id: str
    watches: list[WatchOut]
    hazards: list[CodeOut]


class WatchBeginIn(Schema):
    """A watch is begun.

    Attributes:
        device_s: when, by the phone's clock.
        although_missed: the team was there although it is on record that nobody came.
    """

    device_s: Seconds | None = None
    although_missed: bool = False


class WatchFinishIn(Schema):
    """A watch is finished; the note is short and has no names of residents."""

    device_s: Seconds | None = None
    note: LongText = ""
