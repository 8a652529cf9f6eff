"""Supplied models: `memory` and `maildir`."""
