"""The way of a file: read → recognise → map → validate → stage; each step a module."""
