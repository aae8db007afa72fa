"""Four ways to decide how to go on, tried on made-up athletes: `python -m benchmarks.policies`."""
