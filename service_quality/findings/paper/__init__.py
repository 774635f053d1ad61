"""The report on paper: what the pages find, laid out for A4, as a PDF that can be read aloud."""
