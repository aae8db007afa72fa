"""Reports enter, tidy tables leave: a row per set, a row per repetition, each column described once."""
