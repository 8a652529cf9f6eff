"""Plugins: see and change what comes in and goes out, for IMAP and POP3."""

from coromail.plugins.events import Eat, Event, Listeners
from coromail.plugins.pipeline import Pipeline
from coromail.plugins.plugin import Plugin

__all__ = ["Eat", "Event", "Listeners", "Pipeline", "Plugin"]
