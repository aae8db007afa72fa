"""Real human motion, filmed by virtual phones, beside its truth: `python -m benchmarks.mocap`."""
