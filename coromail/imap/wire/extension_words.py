"""Which words of the grammar an extension brought, so that one that is switched off takes them along."""

from __future__ import annotations

# Kind of word -> the word -> capability. A word that is not here belongs to the base protocol.
WORDS: dict[str, dict[str, str]] = {
    "FETCH item": {
        "BINARY": "BINARY",
        "BINARY.PEEK": "BINARY",
        "BINARY.SIZE": "BINARY",
        "EMAILID": "OBJECTID",
        "MODSEQ": "CONDSTORE",
        "PREVIEW": "PREVIEW",
        "SAVEDATE": "SAVEDATE",
        "THREADID": "OBJECTID",
    },
    "FETCH modifier": {"CHANGEDSINCE": "CONDSTORE", "PARTIAL": "PARTIAL", "VANISHED": "QRESYNC"},
    "STORE modifier": {"UNCHANGEDSINCE": "CONDSTORE"},
    "SELECT parameter": {"CONDSTORE": "CONDSTORE", "QRESYNC": "QRESYNC"},
    "CREATE parameter": {"USE": "CREATE-SPECIAL-USE"},
    "search key": {
        "EMAILID": "OBJECTID",
        "FILTER": "FILTERS",
        "FUZZY": "SEARCH=FUZZY",
        "MODSEQ": "CONDSTORE",
        "OLDER": "WITHIN",
        "SAVEDATESUPPORTED": "SAVEDATE",
        "SAVEDBEFORE": "SAVEDATE",
        "SAVEDON": "SAVEDATE",
        "SAVEDSINCE": "SAVEDATE",
        "THREADID": "OBJECTID",
        "UIDAFTER": "MESSAGELIMIT",
        "UIDBEFORE": "MESSAGELIMIT",
        "YOUNGER": "WITHIN",
    },
    "return option": {
        "ALL": "ESEARCH",
        "CONTEXT": "CONTEXT=SEARCH",
        "COUNT": "ESEARCH",
        "MAX": "ESEARCH",
        "MIN": "ESEARCH",
        "RELEVANCY": "SEARCH=FUZZY",
        "SAVE": "SEARCHRES",
        "UPDATE": "CONTEXT=SEARCH",
    },
    "threading algorithm": {
        "ORDEREDSUBJECT": "THREAD=ORDEREDSUBJECT",
        "REFERENCES": "THREAD=REFERENCES",
        "REFS": "THREAD=REFS",
    },
    "sort key": {"DISPLAYFROM": "SORT=DISPLAY", "DISPLAYTO": "SORT=DISPLAY", "RELEVANCY": "SEARCH=FUZZY"},
    "STATUS item": {
        "APPENDLIMIT": "APPENDLIMIT",
        "DELETED-STORAGE": "QUOTA",
        "HIGHESTMODSEQ": "CONDSTORE",
        "MAILBOXID": "OBJECTID",
        "SIZE": "STATUS=SIZE",
    },
    "LIST selection option": {
        "RECURSIVEMATCH": "LIST-EXTENDED",
        "REMOTE": "LIST-EXTENDED",
        "SPECIAL-USE": "SPECIAL-USE",
        "SUBSCRIBED": "LIST-EXTENDED",
    },
    "LIST return option": {
        "CHILDREN": "LIST-EXTENDED",
        "METADATA": "LIST-METADATA",
        "MYRIGHTS": "LIST-MYRIGHTS",
        "SPECIAL-USE": "SPECIAL-USE",
        "STATUS": "LIST-STATUS",
        "SUBSCRIBED": "LIST-EXTENDED",
    },
}
