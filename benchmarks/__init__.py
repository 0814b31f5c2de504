"""What Muster costs, measured side by side in one run; `python -m benchmarks` runs all of it."""
