"""Why nothing was done about a night watch."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wardmote.core.beat.watch_rosters import Broken
from wardmote.operations.refusals import RefusedError


class UnknownWatchError(RefusedError):
    """There is no such team, roster, watch, swap or calendar."""

    code = "unknown_watch"
    status = 404
    sentence: ClassVar[str | Promise] = _("This is no longer there, or not in your area.")


class NotPossibleError(RefusedError):
    """The life cycle does not allow it now."""

    code = "not_possible_now"
    status = 409
    sentence: ClassVar[str | Promise] = _(
        "Somebody was faster: this is not possible any more as things stand. Reload the page."
    )


class BadTeamError(RefusedError):
    """A team does not fit."""

    code = "bad_team"
    sentence: ClassVar[str | Promise] = _(
        "A team needs a name, an area of yours, and 1 to %(most)d members who are on record and "
        "serving. Not found: %(missing)s."
    )


class BadLeaderError(RefusedError):
    """Who leads is no officer or assistant, or no member."""

    code = "bad_leader"
    sentence: ClassVar[str | Promise] = _(
        "A team is led by a police officer or an auxiliary who is one of its members."
    )


class BadRosterError(RefusedError):
    """A roster does not fit."""

    code = "bad_roster"
    sentence: ClassVar[str | Promise] = _(
        "A roster needs 1 to %(nights)d nights, a start such as 22:00, 1 to 16 hours, and more "
        "active teams than watch in one night."
    )


class NobodyHasSkillError(RefusedError):
    """No team has a skill that every night needs."""

    code = "nobody_has_skill"
    sentence: ClassVar[str | Promise] = _(
        "No team of this roster has a member with the skill that every night needs. Enter skills "
        "with the teams, or ask for fewer."
    )


class BadWishError(RefusedError):
    """A wish or a pair does not fit."""

    code = "bad_wish"
    sentence: ClassVar[str | Promise] = _(
        "Choose teams of this roster, two different ones for a pair, and days inside it."
    )


class EmptyRosterError(RefusedError):
    """A roster without any watch cannot be published."""

    code = "empty_roster"
    sentence: ClassVar[str | Promise] = _(
        "Nobody watches yet. Make the roster, or enter watches by hand."
    )


class RulesBrokenError(RefusedError):
    """A change would break rules. `broken`: which."""

    code = "rules_broken"
    sentence: ClassVar[str | Promise] = _(
        "This would break a rule of the roster, so nothing was changed."
    )

    def __init__(self, broken: tuple[Broken, ...]) -> None:
        super().__init__()
        self.broken = broken


class TwiceInANightError(RefusedError):
    """Somebody would stand two watches at once, or without a rest between them."""

    code = "twice_in_a_night"
    status = 409
    sentence: ClassVar[str | Promise] = _(
        "Somebody would stand two watches without eight hours of rest between them: %(who)s. Give "
        "one of these watches to another team."
    )


class TooEarlyError(RefusedError):
    """It is not the time for it."""

    code = "not_the_time"
    sentence: ClassVar[str | Promise] = _(
        "It is not the time for this: a watch begins at most one hour early and before its end, "
        "and is missed once it should have begun."
    )


class WatchMissedError(RefusedError):
    """Somebody noted that nobody came; who was there must say that it was otherwise."""

    code = "watch_missed"
    status = 409
    sentence: ClassVar[str | Promise] = _(
        "It is on record that nobody came to this watch. If your team was there, say so: both "
        "stay on record."
    )


class BadMeetingPlaceError(RefusedError):
    """A team's meeting place is nowhere."""

    code = "bad_meeting_place"
    sentence: ClassVar[str | Promise] = _(
        "The position of a meeting place is longitude and latitude in degrees, such as "
        "121.47, 31.23."
    )


class BadSwapError(RefusedError):
    """These two watches cannot be swapped."""

    code = "bad_swap"
    sentence: ClassVar[str | Promise] = _(
        "Choose a watch of another team that has not begun, in the same roster."
    )


class SecondPersonError(RefusedError):
    """Who asked or agreed may not approve."""

    code = "second_person_needed"
    sentence: ClassVar[str | Promise] = _(
        "Somebody who neither asked nor agreed must approve the swap."
    )
