"""Rows of places: divisions, beats, posts, key places, zones, closures, and rules in force.

Polygons are kept as WKB of WGS-84 degrees, longitude first; an empty one means none is known.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class City(models.Model):
    """The city directory that was loaded; there is one row."""

    name_zh = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    time_zone = models.CharField(max_length=60)
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    centre_lon = models.FloatField()
    centre_lat = models.FloatField()
    attribution = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.name_zh or self.name_en


class Division(models.Model):
    """An administrative division; its code is its area.

    `valid_from` and `valid_to` are inclusive days, None is open; the row of an ended one stays.
    `drawn` ones were opened or changed here: another load of the city neither changes nor drops
    them. `lon` and `lat` of the seat are None where not known. `boundary` is the one in force;
    others are in `BoundaryVersion`.
    """

    code = models.CharField(primary_key=True, max_length=12)
    name_zh = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    level = models.CharField(max_length=10)
    parent = models.CharField(max_length=12, blank=True, db_index=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    population = models.PositiveIntegerField(null=True)
    boundary = models.BinaryField(default=b"")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    drawn = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("division")
        verbose_name_plural = _("divisions")

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh or self.name_en}"


class Grid(models.Model):
    """A grid of a village or community; its code is that of the village and three digits.

    Days, seat and boundary as in `Division`.
    """

    code = models.CharField(primary_key=True, max_length=15)
    name_zh = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    village = models.CharField(max_length=12, db_index=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    population = models.PositiveIntegerField(null=True)
    boundary = models.BinaryField(default=b"")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("grid of a village")
        verbose_name_plural = _("grids of villages")

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh or self.name_en}"


class BoundaryVersion(models.Model):
    """The boundary of a division or grid from a local day on, until the next one's."""

    code = models.CharField(max_length=15)
    from_day = models.DateField()
    boundary = models.BinaryField(default=b"")
    set_by = models.CharField(max_length=60)
    set_s = models.FloatField()

    class Meta:
        verbose_name = _("boundary of a place")
        verbose_name_plural = _("boundaries of places")
        constraints = [
            models.UniqueConstraint(fields=["code", "from_day"], name="boundary_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.from_day}"


class DivisionChange(models.Model):
    """What became of places of the tree: opened, renamed, redrawn, split, merged, moved, ended.

    `day` is the first day of what is new, and of an end the last day of what was; `was` keeps names
    and numbers from before; `batch` is the import that it came with.
    """

    id = models.CharField(primary_key=True, max_length=40)
    kind = models.CharField(max_length=10)
    before = models.JSONField(default=list)
    after = models.JSONField(default=list)
    day = models.DateField()
    was = models.JSONField(default=dict)
    by = models.CharField(max_length=60)
    at_s = models.FloatField()
    batch = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("change of places")
        verbose_name_plural = _("changes of places")

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class ChangedPlace(models.Model):
    """A code that a change of places was about, so that its history is found."""

    change = models.ForeignKey(DivisionChange, on_delete=models.CASCADE, related_name="places")
    code = models.CharField(max_length=15, db_index=True)

    class Meta:
        verbose_name = _("changed place")
        verbose_name_plural = _("changed places")

    def __str__(self) -> str:
        return self.code


class PlaceImport(models.Model):
    """A table of places or a file of boundaries, read and waiting for a person's yes.

    `data` is what was read (packed); it is dropped once taken in or given up. The outcome that was
    shown is told by its digest: another one is not carried out unseen.
    """

    id = models.CharField(primary_key=True, max_length=40)
    source = models.CharField(max_length=12)
    file_label = models.CharField(max_length=120, blank=True)
    options = models.JSONField(default=dict)
    data = models.BinaryField(default=b"")
    made_by = models.CharField(max_length=60)
    made_s = models.FloatField()
    applied_s = models.FloatField(null=True)
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("import of places")
        verbose_name_plural = _("imports of places")

    def __str__(self) -> str:
        return self.id


class Beat(models.Model):
    """A community office's beat: an office, an officer, assistants, and its villages (1 + 1 + N).

    Days and `drawn` as in `Division`.
    """

    id = models.CharField(primary_key=True, max_length=40)
    name_zh = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    area = models.CharField(max_length=12, db_index=True)
    villages = models.JSONField(default=list)
    office_lon = models.FloatField()
    office_lat = models.FloatField()
    boundary = models.BinaryField(default=b"")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    drawn = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("beat")
        verbose_name_plural = _("beats")

    def __str__(self) -> str:
        return self.name_zh or self.name_en or self.id


class BeatVersion(models.Model):
    """The villages and the ground of a beat from a local day on, until the next one's."""

    beat = models.CharField(max_length=40)
    from_day = models.DateField()
    villages = models.JSONField(default=list)
    boundary = models.BinaryField(default=b"")
    set_by = models.CharField(max_length=60)
    set_s = models.FloatField()

    class Meta:
        verbose_name = _("villages of a beat")
        verbose_name_plural = _("villages of beats")
        constraints = [models.UniqueConstraint(fields=["beat", "from_day"], name="beat_once_a_day")]

    def __str__(self) -> str:
        return f"{self.beat} {self.from_day}"


class Post(models.Model):
    """A fast-response post and the grid it answers for."""

    id = models.CharField(primary_key=True, max_length=40)
    name_zh = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    area = models.CharField(max_length=12, db_index=True)
    lon = models.FloatField()
    lat = models.FloatField()
    grid = models.BinaryField(default=b"")

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")

    def __str__(self) -> str:
        return self.name_zh or self.name_en or self.id


class KeyPlace(models.Model):
    """A key place; `valid_from` and `valid_to` are inclusive days, None is open.

    `drawn` ones were added here and survive another load of the city.
    """

    id = models.CharField(primary_key=True, max_length=40)
    name_zh = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=20)
    lon = models.FloatField()
    lat = models.FloatField()
    radius_m = models.FloatField()
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    drawn = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("key place")
        verbose_name_plural = _("key places")

    def __str__(self) -> str:
        return self.name_zh or self.name_en or self.id


class Zone(models.Model):
    """A zone that gives the calls inside it a place class; days as in `KeyPlace`."""

    id = models.CharField(primary_key=True, max_length=40)
    name_zh = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    place_class = models.CharField(max_length=20)
    boundary = models.BinaryField(default=b"")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    drawn = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")

    def __str__(self) -> str:
        return self.name_zh or self.name_en or self.id


class RulesInForce(models.Model):
    """A version of a response standard, category tree, rule set, run cards or timers.

    The newest row of a kind whose `from_s` has come is in force; old rows stay.
    """

    kind = models.CharField(max_length=30)
    version = models.CharField(max_length=60)
    data = models.JSONField()
    from_s = models.FloatField()
    set_by = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("rules in force")
        verbose_name_plural = _("rules in force")
        indexes = [models.Index(fields=["kind", "-from_s"], name="rules_newest_first")]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class Closure(models.Model):
    """A stretch of road closed to traffic; `edges` are edge numbers of the road graph."""

    id = models.CharField(primary_key=True, max_length=40)
    area = models.CharField(max_length=12)
    edges = models.JSONField()
    reason = models.CharField(max_length=200, blank=True)
    closed = models.BooleanField(default=True, db_index=True)
    set_s = models.FloatField()
    opened_s = models.FloatField(null=True)
    set_by = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")

    def __str__(self) -> str:
        return self.id


class PremiseNote(models.Model):
    """A note about a place (gate code, dog, stairwell), shown to calls near it; never of a person.

    It ends by itself at `expires_s`.
    """

    id = models.CharField(primary_key=True, max_length=40)
    area = models.CharField(max_length=12)
    lon = models.FloatField(db_index=True)
    lat = models.FloatField(db_index=True)
    radius_m = models.FloatField(default=30.0)
    kind = models.CharField(max_length=20, default="other")
    label = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=300)
    written_by = models.CharField(max_length=60)
    ended_by = models.CharField(max_length=60, blank=True)
    written_s = models.FloatField()
    expires_s = models.FloatField()

    class Meta:
        verbose_name = _("premise note")
        verbose_name_plural = _("premise notes")

    def __str__(self) -> str:
        return self.text[:40]

    @property
    def shown(self) -> str:
        """What a call at the place shows: the label before the text, where there is one."""
        return f"{self.label}: {self.text}" if self.label else self.text
