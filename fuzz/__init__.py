"""Fuzzing of givesell: generated posts, mutated files of every format, and growth.

    make fuzz                        # all of it; figures go to benchmarks/fuzz.md
    python -m fuzz files --files 500 # a part
    python -m fuzz repro FOLDER      # a failure again

A case is a function of the seed and its number alone, so that a run with the same seed tries the
same things. Cases are handled in forked workers with limits; the parent sees which case a worker
was on when it died, hung or grew.
"""
