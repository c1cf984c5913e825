"""The commands of `wardmote`, one module for each."""
