"""Whether the same set gets the same score, filmed or stored another way: `python -m benchmarks.retest`."""
