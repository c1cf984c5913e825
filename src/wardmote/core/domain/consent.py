"""Consent to care visits: given in writing for a purpose and a time, withdrawn at any moment.

A visit to a resident rests on that consent alone (Personal Information Protection Law of the PRC,
articles 13, 15 and 29: voluntary, explicit, withdrawn as easily as given). Who refuses is not put
on record. Withdrawing cancels every visit at once; after the end and a term the data is erased.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from wardmote.core.domain.lifecycle import LifeCycle
from wardmote.core.domain.text import Bilingual

LONGEST_DAYS = 366
"""A consent holds for a year at most; then it is asked for anew."""

TERM_DAYS = 30
"""So long after its end the data is kept, for questions about the last visit; then it is erased."""


class CarePurpose(StrEnum):
    """What the visits are for."""

    LIVING_ALONE = "living_alone"
    AFTERCARE = "aftercare"
    DISABILITY = "disability"
    CHILD_ALONE = "child_alone"
    BEREAVEMENT = "bereavement"
    FRAUD_VICTIM = "fraud_victim"
    OTHER = "other"


CARE_PURPOSE_NAMES: Mapping[CarePurpose, Bilingual] = {
    CarePurpose.LIVING_ALONE: Bilingual("独居照看", "Living alone"),
    CarePurpose.AFTERCARE: Bilingual("事后关心", "After an incident"),
    CarePurpose.DISABILITY: Bilingual("行动不便", "Hard to get about"),
    CarePurpose.CHILD_ALONE: Bilingual("留守儿童（监护人同意）", "Child alone (guardian agrees)"),
    CarePurpose.BEREAVEMENT: Bilingual("丧亲慰问", "After a bereavement"),
    CarePurpose.FRAUD_VICTIM: Bilingual("受骗后关心", "After being defrauded"),
    CarePurpose.OTHER: Bilingual("本人提出的其他需要", "Another wish of their own"),
}


class ConsentState(StrEnum):
    """Where a consent stands. ``erased``: nothing of whose it was is left."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ERASED = "erased"


class ConsentAction(StrEnum):
    """What can happen to a consent."""

    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    ERASE = "erase"


_S = ConsentState
_A = ConsentAction

CONSENT_LIFE_CYCLE: LifeCycle[ConsentState, ConsentAction] = LifeCycle(
    initial=_S.GIVEN,
    table={
        (_S.GIVEN, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.GIVEN, _A.EXPIRE): _S.EXPIRED,
        (_S.WITHDRAWN, _A.ERASE): _S.ERASED,
        (_S.EXPIRED, _A.ERASE): _S.ERASED,
    },
    final=frozenset({_S.ERASED}),
)
