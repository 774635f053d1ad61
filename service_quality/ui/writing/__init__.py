"""Forms that write rows of the registers: promises, remarks, names."""
