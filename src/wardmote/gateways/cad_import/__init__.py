"""Other control rooms' records: guess what a file means, then read it strictly."""
