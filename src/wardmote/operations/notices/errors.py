"""Why a notice or a device was refused."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wardmote.operations.refusals import RefusedError


class BadEndpointError(RefusedError):
    """The address that the browser gave is none that the server may send to."""

    code = "bad_endpoint"
    sentence: ClassVar[str | Promise] = _(
        "This browser's push service cannot be used. Your notices are on this page all the same."
    )


class TooManyDevicesError(RefusedError):
    """A person has more devices than anybody carries."""

    code = "too_many_devices"
    sentence: ClassVar[str | Promise] = _(
        "Notices go to %(most)d devices already. Log out on one of them first."
    )


class BadWishError(RefusedError):
    """The quiet hours are no times of a day, or a kind is unknown."""

    code = "bad_wish"
    sentence: ClassVar[str | Promise] = _("Enter both ends of the quiet hours as times of the day.")
