"""The twin: a simulated city on arrays, answering what would happen if."""
