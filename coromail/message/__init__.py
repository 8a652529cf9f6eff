"""Mail as octets: RFC 5322 headers and MIME (RFC 2045 and on), read by offset.

Everything here is a pure function of bytes: no I/O, no recursion, no exception for any input, time linear in
the size of the input and memory bounded by the limits that `headers` and `structure` name. `scan` makes a
tree of `Part`, and all the rest works with that tree.
"""

from .addresses import Address
from .bodystructure import bodystructure
from .envelope import envelope
from .headers import fields, header_end, select_fields
from .lines import crlf_size, to_crlf
from .sections import find, section
from .structure import Part, scan

__all__ = [
    "Address",
    "Part",
    "bodystructure",
    "crlf_size",
    "envelope",
    "fields",
    "find",
    "header_end",
    "scan",
    "section",
    "select_fields",
    "to_crlf",
]
