"""All built-in commands, on one screen."""

from coromail.imap.commands.append import Append
from coromail.imap.commands.authenticate import Authenticate
from coromail.imap.commands.cancelupdate import CancelUpdate
from coromail.imap.commands.capability import Capability
from coromail.imap.commands.check import Check
from coromail.imap.commands.close import Close
from coromail.imap.commands.comparator import Comparator
from coromail.imap.commands.compress import Compress
from coromail.imap.commands.copy import Copy, UidCopy
from coromail.imap.commands.create import Create
from coromail.imap.commands.delete import Delete
from coromail.imap.commands.enable import Enable
from coromail.imap.commands.esearch import Esearch
from coromail.imap.commands.examine import Examine
from coromail.imap.commands.expunge import Expunge, UidExpunge
from coromail.imap.commands.fetch import Fetch, UidFetch
from coromail.imap.commands.genurlauth import GenUrlAuth
from coromail.imap.commands.getacl import GetAcl
from coromail.imap.commands.getmetadata import GetMetadata
from coromail.imap.commands.getquota import GetQuota, GetQuotaRoot
from coromail.imap.commands.id import Id
from coromail.imap.commands.idle import Idle
from coromail.imap.commands.language import Language
from coromail.imap.commands.list import List
from coromail.imap.commands.listrights import ListRights
from coromail.imap.commands.login import Login
from coromail.imap.commands.logout import Logout
from coromail.imap.commands.lsub import Lsub
from coromail.imap.commands.move import Move, UidMove
from coromail.imap.commands.myrights import MyRights
from coromail.imap.commands.namespace import Namespace
from coromail.imap.commands.noop import Noop
from coromail.imap.commands.notify import NotifyCommand
from coromail.imap.commands.rename import Rename
from coromail.imap.commands.replace import Replace, UidReplace
from coromail.imap.commands.resetkey import ResetKey
from coromail.imap.commands.search import Search, UidSearch
from coromail.imap.commands.select import Select
from coromail.imap.commands.setacl import DeleteAcl, SetAcl
from coromail.imap.commands.setmetadata import SetMetadata
from coromail.imap.commands.sort import Sort, UidSort
from coromail.imap.commands.starttls import StartTls
from coromail.imap.commands.status import Status
from coromail.imap.commands.store import Store, UidStore
from coromail.imap.commands.subscribe import Subscribe, Unsubscribe
from coromail.imap.commands.thread import Thread, UidThread
from coromail.imap.commands.uidbatches import UidBatches
from coromail.imap.commands.unauthenticate import Unauthenticate
from coromail.imap.commands.unselect import Unselect
from coromail.imap.commands.urlfetch import UrlFetch

# fmt: off
COMMANDS = (
    # any state
    Capability, Noop, Logout, Id, Language,
    # before login
    StartTls, Authenticate, Login,
    # after login
    Enable, Select, Examine, Create, Delete, Rename, Subscribe, Unsubscribe, List, Lsub, Namespace, Status,
    Append, Idle, Comparator, Esearch, ResetKey, GenUrlAuth, UrlFetch,
    Compress, Unauthenticate, NotifyCommand,
    GetAcl, SetAcl, DeleteAcl, ListRights, MyRights, GetQuota, GetQuotaRoot, GetMetadata, SetMetadata,
    # with a mailbox selected
    Check, Close, Unselect, Expunge, UidExpunge, Search, UidSearch, Sort, UidSort, Thread, UidThread,
    CancelUpdate, Replace, UidReplace, UidBatches, Fetch, UidFetch, Store, UidStore, Copy, UidCopy, Move, UidMove,
)
# fmt: on
