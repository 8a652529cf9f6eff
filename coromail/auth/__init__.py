"""Who may log in: the `Auth` class that users subclass, and what it is built from."""

from coromail.auth.auth import PLAINTEXT, Auth
from coromail.auth.connection_facts import ConnectionFacts
from coromail.auth.sasl.step import Step

__all__ = ["PLAINTEXT", "Auth", "ConnectionFacts", "Step"]
