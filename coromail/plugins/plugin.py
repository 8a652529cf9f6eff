"""The class that plugins are derived from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coromail.plugins.events import EVERY, Eat, Event

if TYPE_CHECKING:
    from coromail.plugins.pipeline import Pipeline

HOOKS = ("imapd", "imapc", "pop3d", "pop3c")
"""Hook types: what comes in (commands, connections) and what goes out (responses), of each protocol."""


class Plugin:
    """Sees events on their way in, and responses on their way out. Subclass it and name it in the configuration.

    A method is called for the event that its name says: hook type, underscore, event in lower case::

        class Polite(Plugin):
            def pop3d_cmd_dele(self, event):     # DELE arrives; event.arguments[0] is the rest of the line
                event.session.err("Please do not")
                return Eat.ALL                   # nobody else, and not the server's own DELE

            def pop3c_response(self, event):     # a status line leaves
                event.arguments[0] = event.arguments[0].replace(b"ready", b"at your service")

    Return an `Eat`, or None for `Eat.NONE`. `_default` gets all events that have no method of their own. A method
    that raises is logged with the plugin's name, and the event goes on as if it had returned NONE.

    Events in: `connection` (peer and own address), `disconnected`, `cmd_<verb>` (`cmd_uid_fetch`) also for verbs that
    the server does not know. The arguments of a command: in POP3 the rest of the line; in IMAP the tag, and a list of
    the octets before, in, between and after literals. Passwords are among them: do not log them. Responses:
    `response` (a status line; in IMAP whatever is written), `data` (octets of a multi-line response or of a message).
    Handlers run in the greenlet of the connection: whoever waits makes only that client wait, whoever computes stops
    everybody.
    """

    def plugin_register(self, pipeline: Pipeline) -> None:
        """The plugin is in the pipeline now. The default registers it for all that it has methods for."""
        for hook in HOOKS:
            prefix = hook + "_"
            names = [name.removeprefix(prefix) for name in dir(self) if name.startswith(prefix)]
            if type(self)._default is not Plugin._default:
                names.append(EVERY)
            if names:
                pipeline.register(self, hook, *names)

    def plugin_unregister(self, pipeline: Pipeline) -> None:
        """The plugin leaves the pipeline."""

    def _default(self, event: Event) -> Eat | None:
        """An event that has no method of its own."""
        return Eat.NONE
