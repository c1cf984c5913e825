"""Spot checks, equipment, assessment, courses and the survey."""
