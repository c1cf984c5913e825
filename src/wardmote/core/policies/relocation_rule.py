"""The rule for moving idle units: one object, edited and kept as data, put in force by a person.

Nothing is advised in a place where no such rule is in force, or one with the method ``off``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump, load

FORMAT = "wardmote-relocation/1"
DAY_S = 86_400.0
MAX_ORDER = 1_000


class RelocationMethod(StrEnum):
    """How the post is chosen.

    - ``off``: no advice.
    - ``expected_cover``: where it adds most to expected cover (dynamic MEXCLP).
    - ``compliance_table``: the first post of the table that lacks a unit.
    - ``look_ahead``: where it adds most to what units are expected to reach in the minutes to come,
      on its way as well, busy units counted by when they will be free.
    """

    OFF = "off"
    EXPECTED_COVER = "expected_cover"
    COMPLIANCE_TABLE = "compliance_table"
    LOOK_AHEAD = "look_ahead"


@dataclass(frozen=True, slots=True)
class RelocationRule:
    """When which idle unit is advised to stand at another post.

    Attributes:
        version: changes whenever anything below changes.
        busy_share: q, share of time for which units are busy; 0 <= q < 1.
        minimum_gain_share: least (<=) gain worth a move, as a share of all calls expected in time.
        gain_share_per_minute: what each minute must bring by which the drive is longer than the one
            to the unit's own post.
        moves_per_hour, moves_per_shift: at most so many (<=) moves of a unit.
        driving_per_shift_s: at most so long (<=) a unit drives for moves in a shift.
        farthest_drive_s: a single move takes at most this (<=).
        rest_s: between two pieces of advice to a unit lies at least this (>=).
        shift_changes_h: local hours at which shifts change, ascending, each 0 <= h < 24; empty
            when shifts do not matter.
        quiet_before_change_s: no move when the shift ends within less (<) than this.
        answer_within_s: advice that nobody answers for this long lapses.
        arrival_slack_s: it also lapses when the unit is later than expected by more (>) than this.
        on_call_s: how long a call keeps its unit once it is there, where the method looks ahead.
        kinds: kinds of unit that are moved and counted; empty for all.
        order: the compliance table: post by post, the first k are manned when k units are free.
            Empty: built from expected cover.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """

    version: str
    format: str = FORMAT
    method: RelocationMethod = RelocationMethod.EXPECTED_COVER
    busy_share: float = 0.3
    minimum_gain_share: float = 0.01
    gain_share_per_minute: float = 0.0005
    moves_per_hour: int = 1
    moves_per_shift: int = 4
    driving_per_shift_s: float = 3_600.0
    farthest_drive_s: float = 900.0
    rest_s: float = 900.0
    shift_changes_h: tuple[float, ...] = (8.0, 20.0)
    quiet_before_change_s: float = 1_800.0
    answer_within_s: float = 180.0
    arrival_slack_s: float = 600.0
    on_call_s: float = 1_200.0
    kinds: frozenset[str] = frozenset()
    order: tuple[PostId, ...] = ()

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise InvalidDataError("format", "not_allowed", found=self.format, allowed=[FORMAT])
        if not 0 < len(self.version) <= 60:
            raise InvalidDataError("version", "out_of_range", found=len(self.version))
        if not 0.0 <= self.busy_share < 1.0:
            raise InvalidDataError("busy_share", "out_of_range", found=self.busy_share)
        for name in ("minimum_gain_share", "gain_share_per_minute"):
            _check_between(name, getattr(self, name), 1.0)
        for name in ("moves_per_hour", "moves_per_shift"):
            _check_between(name, getattr(self, name), 100)
        for name in _DURATIONS:
            _check_between(name, getattr(self, name), DAY_S)
        hours = self.shift_changes_h
        if any(not 0.0 <= hour < 24.0 for hour in hours) or list(hours) != sorted(set(hours)):
            raise InvalidDataError("shift_changes_h", "not_ascending", found=list(hours))
        if len(self.order) > MAX_ORDER:
            raise InvalidDataError("order", "out_of_range", found=len(self.order))


_DURATIONS = (
    "driving_per_shift_s",
    "farthest_drive_s",
    "rest_s",
    "quiet_before_change_s",
    "answer_within_s",
    "arrival_slack_s",
    "on_call_s",
)


def _check_between(name: str, value: float, most: float) -> None:
    if not 0 <= value <= most:
        raise InvalidDataError(name, "out_of_range", found=value)


def dump_relocation_rule(rule: RelocationRule) -> JsonValue:
    """A rule as JSON-ready data, ``wardmote-relocation/1``."""
    return dump(rule)


def load_relocation_rule(data: JsonValue) -> RelocationRule:
    """The rule that `dump_relocation_rule` wrote.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """
    return load(RelocationRule, data)


SHIPPED_RELOCATION = RelocationRule(version="relocation/1")
"""What is put in force unless a planner has another; shipped, but not in force anywhere."""

_POSTS_MEANT = 6
"""The shipped shares suit a place of as many posts."""


_SUFFIX = {
    RelocationMethod.EXPECTED_COVER: "",
    RelocationMethod.COMPLIANCE_TABLE: "/table",
    RelocationMethod.LOOK_AHEAD: "/ahead",
}
ADVISING: tuple[RelocationMethod, ...] = tuple(_SUFFIX)
"""The methods by which units are moved."""


def shipped_by(method: RelocationMethod, posts: int) -> RelocationRule:
    """The shipped rule for a place with so many posts, by one of the methods `ADVISING`."""
    rule = shipped_for(posts)
    return replace(rule, version=f"{rule.version}{_SUFFIX[method]}", method=method)


def shipped_for(posts: int) -> RelocationRule:
    """The shipped rule for a place with so many posts.

    What one more unit at one post can add is a share of all calls that shrinks with the number of
    posts, so the least gain and the price of a minute shrink with it; otherwise no move would ever
    be worth it in a large place. Up to six posts the rule is the shipped one unchanged.
    """
    if posts <= _POSTS_MEANT:
        return SHIPPED_RELOCATION
    shrink = _POSTS_MEANT / posts
    return replace(
        SHIPPED_RELOCATION,
        version=f"{SHIPPED_RELOCATION.version}/{posts}",
        minimum_gain_share=SHIPPED_RELOCATION.minimum_gain_share * shrink,
        gain_share_per_minute=SHIPPED_RELOCATION.gain_share_per_minute * shrink,
    )


NO_RELOCATION = RelocationRule(version="relocation/off", method=RelocationMethod.OFF)
"""Put in force to end advice."""
