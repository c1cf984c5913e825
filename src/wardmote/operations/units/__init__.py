"""Units: vehicles with their crews, duty, availability."""
