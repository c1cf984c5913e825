"""How many calls come from where and when: rates of places and times, never of persons."""
