"""The HTTP API: parse a request into a command, read the clock once, call one service."""
