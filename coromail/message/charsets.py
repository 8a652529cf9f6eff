"""Character sets that mail may name (RFC 2045 section 5.1, RFC 2047 section 2), by an allow-list.

Python's codec registry also holds compressors, escapes and the like; a name from mail never reaches it.
As senders label carelessly, some names mean the superset that is in use: GB18030 for GB2312, Windows-1252
for ISO-8859-1, Windows-949 for KS C 5601.
"""

from __future__ import annotations

# Python's codec, then the names (besides the codec's own) that mean it.
_TABLE = """
utf-8 utf8 unicode-1-1-utf-8 x-unknown-utf-8 utf8mb4
ascii us-ascii ansi_x3.4-1968 iso646-us us 646 ansi_x3.4-1986
cp1252 windows-1252 iso-8859-1 iso8859-1 iso_8859-1 latin1 latin-1 l1 x-cp1252 cp819 ibm819 x-ansi ansi
iso8859-2 iso-8859-2 iso_8859-2 latin2 l2
iso8859-3 iso-8859-3 iso_8859-3 latin3
iso8859-4 iso-8859-4 iso_8859-4 latin4
iso8859-5 iso-8859-5 iso_8859-5 cyrillic
iso8859-6 iso-8859-6 iso_8859-6 iso-8859-6-i iso-8859-6-e arabic
iso8859-7 iso-8859-7 iso_8859-7 greek
iso8859-8 iso-8859-8 iso_8859-8 iso-8859-8-i iso-8859-8-e hebrew
iso8859-9 iso-8859-9 iso_8859-9 latin5
iso8859-10 iso-8859-10 iso_8859-10 latin6
cp874 windows-874 tis-620 tis620 iso-8859-11 iso8859-11
iso8859-13 iso-8859-13 latin7
iso8859-14 iso-8859-14 latin8
iso8859-15 iso-8859-15 iso_8859-15 latin9 latin-9
iso8859-16 iso-8859-16 latin10
cp1250 windows-1250 x-cp1250
cp1251 windows-1251 x-cp1251 win-1251
cp1253 windows-1253
cp1254 windows-1254
cp1255 windows-1255
cp1256 windows-1256
cp1257 windows-1257
cp1258 windows-1258
koi8-r koi8r koi8 cskoi8r
koi8-u koi8u
mac-roman macintosh mac x-mac-roman
mac-cyrillic x-mac-cyrillic
cp437 ibm437 437
cp850 ibm850 850
cp852 ibm852
cp855 ibm855
cp866 ibm866
cp862 ibm862
iso2022_jp_2 iso-2022-jp csiso2022jp iso-2022-jp-1 iso-2022-jp-2 jis
iso2022_jp_3 iso-2022-jp-3 iso-2022-jp-2004
euc_jp euc-jp eucjp x-euc-jp ujis
cp932 shift_jis shift-jis sjis x-sjis ms_kanji windows-31j cswindows31j ms932
gb18030 gb2312 gbk gb_2312-80 euc-cn x-gbk cp936 windows-936 csgb2312 chinese
hz hz-gb-2312
big5hkscs big5 big-5 big5-hkscs x-x-big5 csbig5
cp949 euc-kr euckr ks_c_5601-1987 ks_c_5601 ksc5601 ksc_5601 windows-949 korean
iso2022_kr iso-2022-kr
utf-7 unicode-1-1-utf-7 utf7
utf-16 utf16
utf-16-be utf-16be
utf-16-le utf-16le
utf-32 utf32
utf-32-be utf-32be
utf-32-le utf-32le
"""

_CODECS = {name: line.split()[0] for line in _TABLE.strip().splitlines() for name in line.split()}


def codec(charset: bytes) -> str | None:
    """The Python codec for a charset name in any case, None for a name that is not known."""
    if len(charset) > 40:
        return None
    return _CODECS.get(charset.strip(b" \t\"'").lower().decode("latin-1"))


def decode(octets: bytes, charset: bytes | None) -> str:
    """Text in a named charset; never raises.

    Without a name, and for what calls itself US-ASCII and is not, the text is taken for UTF-8, else for
    ISO-8859-1. Of an unknown charset only the ASCII is kept. Damage becomes U+FFFD; there are no surrogates.
    """
    name = codec(charset) if charset else "ascii"
    if name is None:
        return octets.decode("ascii", "replace")
    if octets.isascii() and name in ("ascii", "utf-8", "cp1252"):
        return octets.decode("ascii")
    if name == "ascii":
        try:
            return octets.decode("utf-8")
        except UnicodeDecodeError:
            return octets.decode("latin-1")
    try:
        text = octets.decode(name, "replace")
    except (UnicodeError, ValueError):  # some stateful codecs raise whatever the error handler says
        return octets.decode("ascii", "replace")
    if name == "utf-7":  # the one codec that lets single surrogates through
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
