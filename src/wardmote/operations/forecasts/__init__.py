"""Forecasts of calls from a deployment's own, made once a day and kept."""
