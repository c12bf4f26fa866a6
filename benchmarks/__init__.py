"""The benchmark registry; run ``python -m benchmarks``."""
