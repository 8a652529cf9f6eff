"""kill -9 at random moments: what was acknowledged is there, under its number, undamaged.

`python -m tests.crash --rounds 300` runs long; the tests run a few rounds.
"""
