"""Hazards: reported, given to whoever must put them right, checked on the spot, closed."""
