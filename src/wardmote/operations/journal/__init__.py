"""The append-only record of what happened, the clock, and answers already given."""
