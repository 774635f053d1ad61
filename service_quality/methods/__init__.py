"""Statistics on small arrays: plain values in, dataclasses out, sources in the docstrings."""
