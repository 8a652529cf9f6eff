"""Harnesses for everything that reads what strangers send: see README.md here."""
