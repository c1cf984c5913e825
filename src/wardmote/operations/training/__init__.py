"""The exercise of a training room: its script and ledger, kept as files of the room's home.

No real home has any of it: there is no table for it, and every function here refuses outside a
training room. Deleting the home deletes the exercise and all that it says about anybody.
"""
