"""Reasons: a code with its values, never a finished sentence.

Whoever shows a reason turns the code into a sentence of the reader's language and puts the
values in. The codes with their wording are listed where they are given out.
"""

from __future__ import annotations

from dataclasses import dataclass

ReasonValue = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was chosen, rejected, matched or refused.

    Attributes:
        code: snake_case code.
        values: (name, value) pairs in a fixed order; None means unknown.
    """

    code: str
    values: tuple[tuple[str, ReasonValue], ...] = ()

    def value(self, name: str) -> ReasonValue:
        """One of the values.

        Raises:
            KeyError: the reason has no such value.
        """
        for key, value in self.values:
            if key == name:
                return value
        raise KeyError(name)

    def as_json(self) -> dict[str, object]:
        """``{"code": ..., "values": {...}}``."""
        return {"code": self.code, "values": dict(self.values)}


def because(code: str, **values: ReasonValue) -> Reason:
    """Short for ``Reason(code, (("name", value), ...))``."""
    return Reason(code, tuple(values.items()))
