"""Service Quality: what was promised, what was kept, what is signal and what is noise."""
