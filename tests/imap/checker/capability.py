"""The capabilities that may be announced (IANA's registry, as far as RFCs 1730 to 9738 give meaning)."""

from __future__ import annotations

import re

from tests.imap.checker.scanner import Scanner

NAMES = """
    ACL ANNOTATE-EXPERIMENT-1 APPENDLIMIT BINARY CATENATE CHILDREN COMPRESS=DEFLATE CONDSTORE CONTEXT=SEARCH
    CONTEXT=SORT CONVERT CREATE-SPECIAL-USE ENABLE ESEARCH ESORT FILTERS I18NLEVEL=1 I18NLEVEL=2 ID IDLE
    IMAP4REV1 IMAP4REV2 INPROGRESS JMAPACCESS LANGUAGE LIST-EXTENDED LIST-METADATA LIST-MYRIGHTS LIST-STATUS
    LITERAL+ LITERAL- LOGIN-REFERRALS LOGINDISABLED MAILBOX-REFERRALS METADATA METADATA-SERVER MOVE
    MULTIAPPEND MULTISEARCH NAMESPACE NOTIFY OBJECTID PARTIAL PREVIEW QRESYNC QUOTA QUOTASET REPLACE SASL-IR
    SAVEDATE SEARCH=FUZZY SEARCHRES SORT SORT=DISPLAY SPECIAL-USE STARTTLS STATUS=SIZE THREAD=ORDEREDSUBJECT
    THREAD=REFERENCES THREAD=REFS UIDONLY UIDPLUS UNAUTHENTICATE UNSELECT URL-PARTIAL URLAUTH URLAUTH=BINARY UTF8=ACCEPT
    UIDBATCHES UTF8=ONLY WITHIN XAPPLEPUSHSERVICE
"""
KNOWN = frozenset(NAMES.split())

# RFC 4422 section 3.1 (mechanism names), 7889, 9208, 4314 section 7 (new-rights), 9738.
WITH_VALUE = re.compile(
    r"AUTH=[A-Z0-9_-]{1,20}|APPENDLIMIT=(0|[1-9][0-9]{0,9})|QUOTA=RES-(STORAGE|MESSAGE|MAILBOX|ANNOTATION-STORAGE)"
    r"|(MESSAGELIMIT|SAVELIMIT)=[1-9][0-9]{0,9}|IMAPSIEVE=\S*"
)
RIGHTS = re.compile(r"RIGHTS=([a-z]+)")
OLD_RIGHTS = frozenset("lrswipcda")

ENABLEABLE = frozenset(
    {"CONDSTORE", "QRESYNC", "UTF8=ACCEPT", "IMAP4REV2", "METADATA", "METADATA-SERVER", "UIDONLY"}
)


def capability(scanner: Scanner, production: str) -> str:
    """One capability, in upper case (the value of RIGHTS= too)."""
    start = scanner.pos
    raw = scanner.word(production) if not scanner.looking_at(b"RIGHTS=") else _rights(scanner, production)
    if raw not in KNOWN and not WITH_VALUE.fullmatch(raw) and not raw.startswith("RIGHTS="):
        scanner.pos = start
        scanner.fail(production, "unknown capability")
    return raw


def _rights(scanner: Scanner, production: str) -> str:
    start = scanner.pos
    scanner.word(production)
    found = RIGHTS.fullmatch(scanner.data[start : scanner.pos].decode("ascii"))
    if found is None or not set("texk") <= set(found.group(1)) or OLD_RIGHTS & set(found.group(1)):
        scanner.pos = start
        scanner.fail(production, "not new-rights of RFC 4314")
    return found.group().upper()


def capability_data(scanner: Scanner, production: str) -> list[str]:
    """What follows the word CAPABILITY: each once, a base protocol, no two that exclude another."""
    names: list[str] = []
    while scanner.looking_at(b" "):
        scanner.sp(production)
        names.append(capability(scanner, production))
    if len(set(names)) != len(names):
        scanner.fail(production, "a capability twice")
    if not {"IMAP4REV1", "IMAP4REV2"} & set(names):
        scanner.fail(production, "neither IMAP4rev1 nor IMAP4rev2")
    for pair in ({"LITERAL+", "LITERAL-"}, {"UTF8=ACCEPT", "UTF8=ONLY"}):
        if pair <= set(names):
            scanner.fail(production, f"{' and '.join(sorted(pair))} exclude each other")
    return names


def enable_data(scanner: Scanner, production: str) -> list[str]:
    """What follows the word ENABLED (RFC 5161 section 3.2): only what can be enabled, each once."""
    names: list[str] = []
    while scanner.looking_at(b" "):
        scanner.sp(production)
        names.append(capability(scanner, production))
    if not set(names) <= ENABLEABLE or len(set(names)) != len(names):
        scanner.fail(production, "not something that ENABLE turns on, or twice")
    return names
