"""How far rendered clips can be trusted, beside real ones: `python -m benchmarks.realism`."""
