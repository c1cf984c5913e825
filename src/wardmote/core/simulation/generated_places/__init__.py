"""Generated places: invented towns, counties and prefectures that are the same for the same seed.

Everything here is pure. The random streams are `numpy.random.Generator` objects seeded from the
seed and the scale alone; nothing reads a clock, a file or the process's own randomness.
"""
