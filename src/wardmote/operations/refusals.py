"""Refusals: a request that cannot be carried out, with a code and a sentence for the person.

Services raise them; the API answers with the code and the sentence in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as translate


class RefusedError(Exception):
    """Why a service did nothing.

    Attributes:
        code: machine-readable, snake_case.
        status: the HTTP status that suits it.
        values: what the sentence is filled with.
    """

    code: ClassVar[str]
    status: ClassVar[int] = 422
    sentence: ClassVar[str | Promise]

    def __init__(self, **values: Any) -> None:
        super().__init__(f"{self.code} {values}" if values else self.code)
        self.values: Mapping[str, Any] = values

    def message(self) -> str:
        """The sentence in the language active now; it says what to do."""
        return translate(str(self.sentence)) % dict(self.values)
