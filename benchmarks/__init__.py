"""What is measured, on the machine at hand: `python -m benchmarks`, or `make bench`.

One file per question, listed in `__main__.py`; `RESULTS.md` holds what the last run found.
"""
