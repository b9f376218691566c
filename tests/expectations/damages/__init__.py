"""Ways to damage a good release, each a small named change, and the list of those that no check can see, with reasons.

`tables.py` and `values.py` change tables, `readings.py` what they are linked from, `files.py` the files of a staged or
sealed release; `examine.py` runs the real checks on the damaged copy.
"""
