"""SASL (RFC 4422): one driver, `exchange`, and one file for each mechanism."""
