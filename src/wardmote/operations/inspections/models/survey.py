"""Rows of the survey: invitations and anonymous answers, with nothing between them."""

from __future__ import annotations

from django.db import models


class SurveyedService(models.Model):
    """A finished service for which an invitation was given out, once.

    Attributes:
        digest: of its kind and id under the deployment's secret: whoever reads this table cannot
            tell which service it is, whoever is about to invite can tell that it was.
    """

    digest = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.digest


class SurveyToken(models.Model):
    """An invitation: only its hash, what it may be counted under, and whether it was used.

    Attributes:
        month: its first day.
        area: of a town.
    """

    token_sha256 = models.CharField(primary_key=True, max_length=64)
    month = models.DateField(db_index=True)
    area = models.CharField(max_length=12, db_index=True)
    kind = models.CharField(max_length=10)
    used = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.month} {self.kind}"


class SurveyAnswer(models.Model):
    """An anonymous answer: nothing leads from here to a token, a service or a person.

    Attributes:
        month: its first day; of a finer day or area the answers are so few that somebody who knows
            who was served there and then would know who said what.
        area: of a town.
    """

    id = models.CharField(primary_key=True, max_length=40)
    month = models.DateField(db_index=True)
    area = models.CharField(max_length=12, db_index=True)
    kind = models.CharField(max_length=10)
    answers = models.JSONField()

    def __str__(self) -> str:
        return f"{self.month} {self.kind}"
