"""Side by side with Dovecot: `python -m benchmarks` measures, validates and writes docs/performance.md."""
