"""Rows of patrols on foot: grades, orders, check-points reached, positions, what was seen."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from wardmote.core.domain.patrol import PatrolState
from wardmote.operations.people.encryption import EncryptedTextField


class PatrolGrading(models.Model):
    """A version of an area's grades; the newest counts, and none is ever changed."""

    area = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    data = models.JSONField()
    set_by = models.CharField(max_length=60)
    set_s = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "version"], name="one_row_per_grading"),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.version}"


class PatrolOrder(models.Model):
    """An order to patrol.

    Attributes:
        key: natural key, so that making it twice makes one; what was cancelled frees it.
        place, points: as in `core.domain.patrol`; route: the planned way as lines.
        basis: what the way rests on, ``roads`` or ``straight``.
        every_s: from one round to the next; null for one round.
        who: id of a team, staff or a unit; empty while nobody is to go.
        given: how often it was given to somebody.
        walker: staff number of whoever started it, and alone may report from it.
        started_s, finished_s: by the clock that counts.
        figures: adherence, kept when it is over, since positions are deleted.
        erased_s: when its positions were deleted; null while there may be some.
    """

    id = models.CharField(primary_key=True, max_length=40)
    key = models.CharField(max_length=40)
    area = models.CharField(max_length=12)
    source = models.CharField(max_length=10)
    grade = models.PositiveSmallIntegerField(null=True)
    place_zh = models.CharField(max_length=120, blank=True)
    place_en = models.CharField(max_length=120, blank=True)
    place_code = models.CharField(max_length=60, blank=True)
    place = models.JSONField()
    points = models.JSONField()
    route = models.JSONField()
    route_m = models.FloatField(null=True)
    basis = models.CharField(max_length=10, blank=True)
    day = models.DateField(db_index=True)
    from_s = models.FloatField()
    to_s = models.FloatField()
    every_s = models.FloatField(null=True)
    people = models.PositiveSmallIntegerField(default=1)
    who_kind = models.CharField(max_length=10)
    who = models.CharField(max_length=40, blank=True)
    given = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, default=PatrolState.PLANNED.value)
    walker = models.CharField(max_length=60, blank=True, db_index=True)
    started_s = models.FloatField(null=True)
    finished_s = models.FloatField(null=True)
    ended_by = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    note = EncryptedTextField(blank=True)
    figures = models.JSONField(null=True)
    erased_s = models.FloatField(null=True)
    made_by = models.CharField(max_length=60)
    made_s = models.FloatField()

    class Meta:
        verbose_name = _("patrol order")
        verbose_name_plural = _("patrol orders")
        indexes = [
            models.Index(fields=["area", "day"], name="patrols_of_day"),
            models.Index(fields=["who_kind", "who", "to_s"], name="patrols_of_holder"),
            models.Index(fields=["state", "to_s"], name="patrols_by_end"),
            models.Index(fields=["source", "place_code", "to_s"], name="patrols_of_graded_place"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=~models.Q(state="cancelled"),
                name="one_living_patrol_of_a_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.day} {self.state}"

    def place_in(self, language: str) -> str:
        """The place's name to show to a reader of `language`."""
        first, second = self.place_en, self.place_zh
        if language.startswith("zh"):
            first, second = second, first
        return first or second or self.place_code


class PatrolReach(models.Model):
    """A check-point was reached; never changed.

    `away_m` is how far the phone was; the position itself is not kept here.
    """

    order = models.ForeignKey(PatrolOrder, on_delete=models.CASCADE, related_name="reaches")
    number = models.PositiveSmallIntegerField()
    at_s = models.FloatField()
    clock = models.CharField(max_length=10)
    recorded_s = models.FloatField()
    by = models.CharField(max_length=60)
    away_m = models.FloatField(null=True)
    reason = models.CharField(max_length=20, blank=True)
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["order", "at_s"], name="reaches_of_patrol")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.number}"


class PatrolPositions(models.Model):
    """Some positions of a patrol under way, encrypted; deleted after their term.

    `sealed` is JSON: rows of seconds UTC, longitude, latitude, radius in metres.
    """

    order = models.ForeignKey(PatrolOrder, on_delete=models.CASCADE, related_name="positions")
    first_s = models.FloatField()
    last_s = models.FloatField()
    count = models.PositiveSmallIntegerField()
    sealed = EncryptedTextField()

    class Meta:
        indexes = [models.Index(fields=["order", "first_s"], name="positions_of_patrol")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.count}"


class PatrolSighting(models.Model):
    """Something seen on patrol, and what it became. `lon`, `lat`: of the thing.

    `key` is the sender's, so that sending it twice makes one.
    """

    id = models.CharField(primary_key=True, max_length=40)
    order = models.ForeignKey(PatrolOrder, on_delete=models.CASCADE, related_name="sightings")
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=10)
    made = models.CharField(max_length=40)
    number = models.CharField(max_length=30, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()
    at_s = models.FloatField()
    by = models.CharField(max_length=60)
    words = EncryptedTextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "made"], name="sightings_by_what_was_made")]
        constraints = [
            models.UniqueConstraint(fields=["order", "key"], name="sighting_once_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.made}"
