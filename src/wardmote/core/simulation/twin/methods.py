"""How free units are moved: the methods by number, as `Setting.relocation` says them.

From `BY_RULE` on they are those of a rule in force: asked when a unit has become free and when one
has gone out, with the limits that the rule has (`relocating`). A further one that weighs posts by
another measure of what a move is worth needs a number here, a branch in `relocating.weigh`, and its
`RelocationMethod` in `rules.METHODS`; limits, refusals and the moves themselves are the same.
"""

from typing import Final

BACK_TO_OWN_POST: Final = 0
EXPECTED_COVER: Final = 1
"""Each unit that becomes free, to where it covers most (DMEXCLP); nothing limits it."""
LOOK_AHEAD: Final = 2
"""Each unit that becomes free, to where it will be worth most (`looking_ahead`); nothing limits
it."""
BY_RULE: Final = 3
RULE_EXPECTED_COVER: Final = 3
RULE_COMPLIANCE_TABLE: Final = 4
RULE_LOOK_AHEAD: Final = 5
