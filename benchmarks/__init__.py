"""Measures how fast uploads and pages are, as ratios within one run: `python -m benchmarks`."""
