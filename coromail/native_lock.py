"""A lock between native threads."""

from _thread import RLock as NativeLock

# gevent replaces the locks of `threading` by ones between greenlets. What threads of the pool share needs the
# interpreter's own, which gevent leaves alone. Hold it for moments only: it stops the whole thread.

__all__ = ["NativeLock"]
