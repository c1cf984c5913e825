"""Rows of night watches: teams, rosters, watches, swaps, and the calendars people follow."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wardmote.core.domain.night_watch import RosterState, SwapState, WatchState
from wardmote.core.domain.study import RunState
from wardmote.operations.people.encryption import EncryptedTextField


class WatchTeam(models.Model):
    """A team of neighbours who watch together, led by an officer or assistant.

    Attributes:
        leader: staff number of a member.
        meets_at: where it meets, in words; lon, lat: WGS-84 degrees, null where unknown.
        ended_s: since when it watches no more; null while it does.
    """

    id = models.CharField(primary_key=True, max_length=40)
    name_zh = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)
    area = models.CharField(max_length=12, db_index=True)
    leader = models.CharField(max_length=40, db_index=True)
    meets_at = models.CharField(max_length=120, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    active = models.BooleanField(default=True)
    ended_s = models.FloatField(null=True)
    kept_by = models.CharField(max_length=60)
    kept_s = models.FloatField()

    class Meta:
        verbose_name = _("watch team")
        verbose_name_plural = _("watch teams")

    def __str__(self) -> str:
        return self.name_zh or self.name_en or self.id

    @property
    def members(self) -> tuple[TeamMember, ...]:
        """Who belongs to it now, by when they joined; read with `stays` prefetched."""
        return tuple(one for one in self.stays.all() if one.to_s is None)

    def name_in(self, language: str) -> str:
        """The name to show to a reader of `language`."""
        first, second = self.name_en, self.name_zh
        if language.startswith("zh"):
            first, second = second, first
        return first or second or self.id


class TeamMember(models.Model):
    """A person of the staff or a volunteer who watches or watched with a team.

    Rows stay when somebody leaves a team, so that it is known who stood a watch.

    Attributes:
        skills: codes.
        from_s, to_s: in the team in [from_s, to_s), seconds UTC; `to_s` null: still.
    """

    team = models.ForeignKey(WatchTeam, on_delete=models.CASCADE, related_name="stays")
    person = models.CharField(max_length=40, db_index=True)
    skills = models.JSONField(default=list)
    from_s = models.FloatField(default=0.0)
    to_s = models.FloatField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "person"],
                condition=models.Q(to_s__isnull=True),
                name="watch_member_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.person}"


class WatchRoster(models.Model):
    """Which team watches on which night, over some weeks.

    Attributes:
        first, last: nights by the day on which they begin, both inclusive.
        skills: codes, each needed in every night.
        answer: the roster document of the last making; null before there is one.
        by_hand: changes made by hand since then.
    """

    id = models.CharField(primary_key=True, max_length=40)
    area = models.CharField(max_length=12, db_index=True)
    name_zh = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)
    first = models.DateField(db_index=True)
    last = models.DateField()
    start = models.CharField(max_length=5)
    hours = models.FloatField()
    zone = models.CharField(max_length=60)
    teams_a_night = models.PositiveSmallIntegerField()
    rest_nights = models.PositiveSmallIntegerField()
    least_members = models.PositiveSmallIntegerField()
    skills = models.JSONField(default=list)
    fair = models.BooleanField(default=True)
    state = models.CharField(max_length=10, default=RosterState.DRAFT.value)
    answer = models.JSONField(null=True)
    by_hand = models.PositiveIntegerField(default=0)
    made_by = models.CharField(max_length=60)
    made_s = models.FloatField()

    class Meta:
        verbose_name = _("watch roster")
        verbose_name_plural = _("watch rosters")

    def __str__(self) -> str:
        return f"{self.area} {self.first}"


class RosterTeam(models.Model):
    """A team that takes its turns in a roster."""

    roster = models.ForeignKey(WatchRoster, on_delete=models.CASCADE, related_name="teams")
    team = models.ForeignKey(WatchTeam, on_delete=models.PROTECT, related_name="rosters")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["roster", "team"], name="roster_team_once"),
        ]

    def __str__(self) -> str:
        return f"{self.roster_id} {self.team_id}"


class WatchWish(models.Model):
    """What a team would like; both days inclusive. `wants`: ``off`` or ``work``."""

    roster = models.ForeignKey(WatchRoster, on_delete=models.CASCADE, related_name="wishes")
    team = models.ForeignKey(WatchTeam, on_delete=models.PROTECT)
    first = models.DateField()
    last = models.DateField()
    wants = models.CharField(max_length=10)
    asked_by = models.CharField(max_length=60)

    def __str__(self) -> str:
        return f"{self.team_id} {self.wants} {self.first}"


class TeamsPaired(models.Model):
    """Two teams that want to watch in the same nights, or never."""

    roster = models.ForeignKey(WatchRoster, on_delete=models.CASCADE, related_name="pairs")
    team = models.ForeignKey(WatchTeam, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(WatchTeam, on_delete=models.PROTECT, related_name="+")
    together = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["roster", "team", "other"], name="teams_paired_once"),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.other_id}"


class RosterMaking(models.Model):
    """One try of the solver at a roster, in a process of its own.

    Attributes:
        question: what was asked, as it was when it was asked.
        value, bound: of the best so far; null before they are known.
        failure: why there is no answer; a code.
    """

    id = models.CharField(primary_key=True, max_length=40)
    roster = models.ForeignKey(WatchRoster, on_delete=models.CASCADE, related_name="makings")
    state = models.CharField(max_length=10, default=RunState.QUEUED.value, db_index=True)
    question = models.JSONField()
    claim = models.CharField(max_length=40, blank=True)
    value = models.BigIntegerField(null=True)
    bound = models.FloatField(null=True)
    failure = models.CharField(max_length=30, blank=True)
    asked_by = models.CharField(max_length=60)
    asked_s = models.FloatField()
    ended_s = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["roster"],
                condition=models.Q(state__in=["queued", "running", "cancelling"]),
                name="one_making_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roster_id} {self.state}"


class Watch(models.Model):
    """The watch of a team in one night.

    Attributes:
        begun_s, ended_s: by the clock that counts, a phone's where it was without a network; null
            where it is not known.
        begun_known_s: when the server learnt that it had begun. begun_by: staff number.
        missed_s: when somebody noted that nobody came, also where a phone told otherwise since.
        note: of the team, when it ended.
    """

    id = models.CharField(primary_key=True, max_length=40)
    roster = models.ForeignKey(WatchRoster, on_delete=models.PROTECT, related_name="watches")
    team = models.ForeignKey(WatchTeam, on_delete=models.PROTECT, related_name="watches")
    night = models.DateField(db_index=True)
    begins_s = models.FloatField()
    ends_s = models.FloatField(db_index=True)
    state = models.CharField(max_length=10, default=WatchState.PLANNED.value)
    begun_s = models.FloatField(null=True)
    begun_known_s = models.FloatField(null=True)
    begun_by = models.CharField(max_length=60, blank=True)
    ended_s = models.FloatField(null=True)
    missed_s = models.FloatField(null=True)
    note = EncryptedTextField(blank=True)

    class Meta:
        verbose_name = _("night watch")
        verbose_name_plural = _("night watches")
        constraints = [
            models.UniqueConstraint(
                fields=["team", "night"],
                condition=models.Q(state__in=["planned", "under_way"]),
                name="one_watch_of_a_team_a_night",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.night}"


class WatchSwap(models.Model):
    """A team asks another to take a watch for one of theirs.

    Attributes:
        asking, other_team: whose the watches were when it was asked.
    """

    id = models.CharField(primary_key=True, max_length=40)
    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="swaps_asked")
    other = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="swaps_offered")
    asking = models.ForeignKey(WatchTeam, on_delete=models.PROTECT, related_name="+")
    other_team = models.ForeignKey(WatchTeam, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=SwapState.ASKED.value, db_index=True)
    asked_by = models.CharField(max_length=60)
    asked_s = models.FloatField()
    agreed_by = models.CharField(max_length=60, blank=True)
    ended_by = models.CharField(max_length=60, blank=True)
    ended_s = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["watch"],
                condition=models.Q(state__in=["asked", "agreed"]),
                name="one_open_swap_of_a_watch",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.watch_id} {self.state}"


class CalendarEntry(models.Model):
    """What calendars know of a watch of a team: it stays, cancelled, when the team changes.

    Attributes:
        sequence: goes up with each change, so that calendars take the newest (RFC 5545, 3.8.7.4).
    """

    id = models.CharField(primary_key=True, max_length=40)
    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="entries")
    team = models.ForeignKey(WatchTeam, on_delete=models.PROTECT, related_name="entries")
    sequence = models.PositiveIntegerField(default=0)
    cancelled = models.BooleanField(default=False)
    changed_s = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["watch", "team"], name="calendar_entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.watch_id} {self.team_id}"


class CalendarFeed(models.Model):
    """A secret address under which a calendar is read; only its digest is kept.

    Attributes:
        person: whose teams' watches it has; or `team`, of one team. One of them is empty.
        area: where it was made, for the journal.
    """

    id = models.CharField(primary_key=True, max_length=40)
    sha256 = models.CharField(max_length=64, unique=True)
    person = models.CharField(max_length=40, blank=True, db_index=True)
    team = models.ForeignKey(WatchTeam, null=True, on_delete=models.CASCADE, related_name="feeds")
    area = models.CharField(max_length=12, default="000000000000")
    made_by = models.CharField(max_length=60)
    made_s = models.FloatField()
    revoked_s = models.FloatField(null=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return self.id
