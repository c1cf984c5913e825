"""Rows of staff accounts."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Account(AbstractUser):
    """A member of staff who can log in. `staff_id` is what the journal calls them."""

    staff_id = models.CharField(_("staff number"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60, blank=True)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.username

    def name_in(self, language: str) -> str:
        """The name to show to a reader of `language`."""
        if language.startswith("zh"):
            return self.name_zh or self.name_en or self.username
        return self.name_en or self.name_zh or self.username
