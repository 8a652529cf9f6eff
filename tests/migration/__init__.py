"""Real Dovecot and real Courier fill Maildirs; coromail takes them over, and clients notice nothing."""
