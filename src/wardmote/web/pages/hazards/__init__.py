"""Hazards: the list, one hazard, the department's page, figures and map."""
