"""Sizes and durations as people write them in the configuration."""

from __future__ import annotations

import math
import re

_SIZE = re.compile(r"([0-9]{1,15})([kKmMgG]?)")
_DURATION = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)([smhd]?)")

_FACTORS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_size(value: object) -> int:
    """Octets from `65536`, `"64k"`, `"100M"` or `"2G"` (k is 1024); anything else raises ValueError."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and (match := _SIZE.fullmatch(value.strip())):
        return int(match[1]) * _FACTORS[match[2].lower()]
    raise ValueError("write a number of octets, such as 65536, 64k or 100M")


def parse_duration(value: object) -> float:
    """Seconds from `300`, `0.5`, `"30s"`, `"5m"`, `"1h"` or `"2d"`; anything else raises ValueError."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 and math.isfinite(value):
        return float(value)
    if isinstance(value, str) and (match := _DURATION.fullmatch(value.strip())):
        return float(match[1]) * _SECONDS[match[2]]
    raise ValueError("write a number of seconds, such as 300, or 30s, 5m, 1h, 2d")
