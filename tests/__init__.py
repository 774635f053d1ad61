"""The tests, laid out as the package is; `browser/` drives the real app."""
