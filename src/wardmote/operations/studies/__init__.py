"""Studies: plans compared on the twin, and the adoption of one of them, as planners see it."""
