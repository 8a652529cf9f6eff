"""Mail in and out: `coromail import` and `coromail export`.

Both speak IMAP to our own server through its admin socket, or to a session in this process when no server runs. So
what is imported is durable, announced to clients and counted like any other mail.
"""
