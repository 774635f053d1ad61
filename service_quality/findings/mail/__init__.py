"""Findings by mail: who asked for them, what is written, and when it is sent."""
