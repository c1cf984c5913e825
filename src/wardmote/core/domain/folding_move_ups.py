"""How events change the advice to idle units in the picture."""

from __future__ import annotations

from wardmote.core.domain.events import Event
from wardmote.core.domain.folding_units import Changes, ImpossibleEventError
from wardmote.core.domain.move_up import LIVING_MOVE_UPS, MOVE_UP_LIFE_CYCLE
from wardmote.core.domain.move_up_events import MoveUpAdvised, MoveUpMoved
from wardmote.core.domain.persistent import changed
from wardmote.core.domain.picture import KnownMoveUp, OperationalPicture


def advised(picture: OperationalPicture, event: Event, payload: MoveUpAdvised) -> Changes:
    """The unit is advised to stand elsewhere."""
    if payload.unit not in picture.units:
        raise ImpossibleEventError(event, "unknown_unit")
    if any(one.unit == payload.unit for one in picture.move_ups.values()):
        raise ImpossibleEventError(event, "advised_already")
    known = KnownMoveUp(
        move_up=payload.move_up,
        unit=payload.unit,
        home=payload.home,
        post=payload.post,
        state=MOVE_UP_LIFE_CYCLE.initial,
        advised_s=event.occurred_s,
        since_s=event.occurred_s,
        gain_share=payload.gain_share,
        drive_s=payload.drive_s,
        reason=payload.reason,
    )
    return {"move_ups": picture.move_ups.put(payload.move_up, known)}


def moved(picture: OperationalPicture, event: Event, payload: MoveUpMoved) -> Changes:
    """The advice was answered, followed, or is over."""
    known = picture.move_ups.get(payload.move_up)
    if known is None:
        raise ImpossibleEventError(event, "unknown_move_up")
    if MOVE_UP_LIFE_CYCLE.table.get((known.state, payload.action)) is not payload.after:
        raise ImpossibleEventError(event, "wrong_transition")
    if payload.after not in LIVING_MOVE_UPS:
        return {"move_ups": picture.move_ups.without(payload.move_up)}
    after = changed(known, state=payload.after, since_s=event.occurred_s)
    return {"move_ups": picture.move_ups.put(payload.move_up, after)}
