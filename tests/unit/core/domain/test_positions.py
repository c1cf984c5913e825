from __future__ import annotations

import numpy as np
import pytest

from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.positions import NO_POSITIONS, PositionBoard, board_from

U1, U2 = UnitId("u1"), UnitId("u2")


def test_an_unknown_position_has_no_age_and_no_place() -> None:
    board = board_from([(U1, np.nan, np.nan, None, np.nan)])
    assert board.age_s(U1, 10.0) is None
    assert board.place(U1) is None
    assert NO_POSITIONS.age_s(U2, 10.0) is None


def test_age_is_counted_from_the_fix_and_never_negative() -> None:
    board = board_from([(U1, 1.0, 2.0, None, 100.0)])
    assert board.age_s(U1, 130.0) == 30.0
    assert board.age_s(U1, 90.0) == 0.0


def test_a_board_whose_rows_do_not_fit_is_refused() -> None:
    one = np.zeros(1)
    with pytest.raises(ValueError, match="arrays"):
        PositionBoard((U1, U2), one, one, one, one)
    two = np.zeros(2)
    with pytest.raises(ValueError, match="repeated"):
        PositionBoard((U1, U1), two, two, two, two)
