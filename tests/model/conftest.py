"""What tests of the model begin with."""

from __future__ import annotations

import pytest

from coromail.auth.auth import Auth
from coromail.model import Mailbox, Model


def model(class_: type[Model] = Model) -> Model:
    auth = Auth()
    auth.user = "alice"
    return class_(auth)


@pytest.fixture
def inbox() -> Mailbox:
    return model().find("INBOX")
