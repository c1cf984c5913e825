"""Replay: the calls of a real control room answered by the live policies."""
