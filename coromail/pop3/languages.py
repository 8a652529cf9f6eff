"""The words of the replies in other languages (RFC 6856 section 3)."""

from __future__ import annotations

DEFAULT = "en"
NAMES = {"en": "English", "de": "Deutsch"}

GERMAN = {
    "%d messages": "%d Nachrichten",
    "%d messages (%d octets)": "%d Nachrichten (%d Oktette)",
    "%d octets": "%d Oktette",
    "A name and a digest were expected": "Ein Name und eine Prüfsumme werden erwartet",
    "A name was expected": "Ein Name wird erwartet",
    "A number was expected": "Eine Zahl wird erwartet",
    "APOP is not offered here": "APOP gibt es hier nicht",
    "AUTH takes a mechanism and an initial response": "AUTH nimmt ein Verfahren und eine erste Antwort",
    "Begin with TLS now": "Jetzt mit TLS beginnen",
    "English from here on": "Ab hier auf Deutsch",
    "Good bye": "Auf Wiedersehen",
    "Log in first": "Erst anmelden",
    "Marked as deleted": "Zum Löschen vorgemerkt",
    "Not after login": "Nicht nach der Anmeldung",
    "Not done": "Nicht erledigt",
    "Not implemented": "Nicht vorhanden",
    "Now the password": "Nun das Passwort",
    "Passwords need TLS here": "Passwörter brauchen hier TLS",
    "Some deleted messages were not removed": "Einige gelöschte Nachrichten wurden nicht entfernt",
    "Somebody else has removed this message": "Jemand anderes hat diese Nachricht entfernt",
    "Somebody else has this maildrop open": "Jemand anderes hat dieses Postfach geöffnet",
    "Something is broken here; it was logged": "Hier ist etwas kaputt; es wurde aufgezeichnet",
    "STLS comes before UTF8": "STLS kommt vor UTF8",
    "The line is too long": "Die Zeile ist zu lang",
    "The server is going down": "Der Server wird angehalten",
    "There is no TLS here": "TLS gibt es hier nicht",
    "There is no such message": "Diese Nachricht gibt es nicht",
    "These languages are spoken": "Diese Sprachen werden gesprochen",
    "These mechanisms are offered": "Diese Verfahren werden angeboten",
    "This command takes no arguments": "Dieser Befehl hat keine Argumente",
    "This client may not connect here": "Dieser Client darf sich hier nicht verbinden",
    "This is not UTF-8": "Das ist kein UTF-8",
    "This is what I can do": "Das kann ich",
    "This language is not spoken here": "Diese Sprache wird hier nicht gesprochen",
    "This maildrop cannot be changed": "Dieses Postfach kann nicht geändert werden",
    "This message is marked as deleted": "Diese Nachricht ist zum Löschen vorgemerkt",
    "TLS is active already": "TLS ist schon aktiv",
    "Too many commands before login": "Zu viele Befehle vor der Anmeldung",
    "Too many connections of this user from this address": "Zu viele Verbindungen von dieser Adresse",
    "Too many failed logins": "Zu viele gescheiterte Anmeldungen",
    "TOP takes a message number and a number of lines": "TOP nimmt eine Nachrichtennummer und eine Zeilenzahl",
    "Top of the message follows": "Der Anfang der Nachricht folgt",
    "UTF-8 from here on": "Ab hier UTF-8",
    "Unknown command": "Unbekannter Befehl",
    "USER and PASS are not offered here": "USER und PASS gibt es hier nicht",
    "USER comes first": "Erst kommt USER",
    "XCLIENT is obeyed": "XCLIENT gilt",
    "XCLIENT takes ADDR=address and the like": "XCLIENT nimmt ADDR=Adresse und dergleichen",
    "Wrong name or password": "Falscher Name oder falsches Passwort",
    "Your last login was too short a time ago": "Die letzte Anmeldung ist noch nicht lange genug her",
}

_TEXTS = {"de": GERMAN}


def translate(text: str, language: str | None) -> str:
    """`text` (with its % placeholders) in another language, or as it is where there is no translation."""
    if language is None or language == DEFAULT:
        return text
    return _TEXTS[language].get(text, text)


def choose(language_range: str) -> str | None:
    """The language tag for a range: the longest that its beginning names (RFC 4647 section 3.4), or None.

    "*" means the one that the server prefers.
    """
    if language_range == "*":
        return DEFAULT
    tag = language_range.lower()
    while tag:
        if tag in NAMES:
            return tag
        tag = tag.rpartition("-")[0]
    return None
