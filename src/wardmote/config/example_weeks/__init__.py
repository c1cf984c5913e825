"""Weeks of the beat for a demonstration: staff, tasks, hazards, watches, made by the services.

All of it goes the way that people's own work goes, at moments of the past weeks, so that what a
visitor opens has a history that holds. Nothing is written into rows here. Run as a program
(``python -m wardmote.config.example_weeks``) in the environment of the server of the home.
"""
