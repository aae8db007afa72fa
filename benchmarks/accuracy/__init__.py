"""How far every measure is from rendered truth, beside two naive ways: `python -m benchmarks.accuracy`."""
