"""The outside: one module or folder for each system and format that is not ours."""
