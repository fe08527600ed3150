"""Every key that the engine keeps in Redis: the map of all state.

Those of no single conversation are built in ``shared_keys``.

A conversation and all that changes with it share the hash tag ``{pNN}`` of its partition, so that
one script may touch them together on a single Redis, behind Sentinel and in a Cluster. ``<ref>`` is
the text of a ``ConversationRef``.

========================================  ======  ===========================================  ========
key                                       type    holds                                        lifetime
========================================  ======  ===========================================  ========
``rv:{pNN}:conv:<ref>``                   hash    version, epoch, owner, memo, case, lease,    history
                                                  draft, last answer, alarms, how many
                                                  threads it had; of each lane how its sending
                                                  goes
``rv:{pNN}:mail:<ref>``                   list    accepted messages not yet handled            handled
``rv:{pNN}:hist:<ref>``                   list    lines of the conversation, bounded           history
``rv:{pNN}:seen:<event key>``             string  "accepted", then the outcome of the message  7 days
``rv:{pNN}:done:<event key>``             string  a desk action that was applied, an alarm     7 days
                                                  that has rung
``rv:{pNN}:lane:<ref>|<lane>``            list    messages to show, in order                   shown
``rv:{pNN}:due``                          zset    lane → when it may be tried (or its lease)   shown
``rv:{pNN}:pending``                      zset    conversation → oldest unhandled message      handled
``rv:{pNN}:sent:<delivery id>``           string  the platform's message id                    7 days
``rv:{pNN}:receipts:<ref>``               list    newest receipts first, bounded               history
``rv:{pNN}:gaps:<ref>``                   list    what the knowledge lacked there, and how      history
                                                  long its cases took, bounded
``rv:{pNN}:gapped``                       zset    conversation → its last gap, bounded         history
``rv:{pNN}:alarms``                       zset    conversation → its earliest alarm, or until  rung
                                                  when a worker lets it ring
``rv:{pNN}:cases:<ref>``                  list    closed cases, newest first, bounded          history
``rv:{pNN}:open``                         zset    conversation with an open case → since       resolved
``rv:{pNN}:news``                         list    what stored plans mean for the board and     passed on
                                                  for alarms elsewhere
``rv:{pNN}:lessons:<ref>``                list    what is still to be learnt from there,       learnt,
                                                  bounded                                      7 days
``rv:{pNN}:learning``                     zset    conversation → when to learn from it, or     learnt
                                                  to conclude its episode
``rv:{pNN}:learnt:<ref>``                 hash    who wrote since its last episode, when that  history
                                                  ended, tries and lease of who learns
``rv:{pNN}:erasures``                     zset    whose data is to be erased, as JSON → when   erased
                                                  that may be tried (or until when a worker
                                                  does it)
``rv:{erased}:tombstones``                zset    HMAC of an erased identity → when            400 days
``rv:{erased}:rewrite``                   string  a rewrite of the append-only file was asked  a minute
``rv:{desk}:cases``                       hash    conversation → its open case, as agents     resolved
                                                  see it
``rv:{desk}:stamps``                      hash    conversation → how new that is, and when it  an hour
                                                  was seen, for a while beyond its case
``rv:{desk}:presence``                    hash    agent → when they said what of being there   kept
``rv:{desk}:waits``                       list    how long the last cases waited, bounded      kept
``rv:{desk}:edition``                     string  counts the changes of the board              kept
``rv:{desk}:repair``                      string  the board was compared with the truth        5 minutes
``rv:{pNN}:dead``                         stream  messages that failed three times, bounded    kept
``rv:{pNN}:audit``                        stream  who did what on which case, bounded          kept
``rv:{pNN}:ratings``                      stream  what customers answered in surveys, bounded  kept
``rv:{pNN}:day:<day>``                     hash    how many turns, cases and times there were   400 days
``rv:{pNN}:evidence``                     stream  what was seen of how well the bot does,      400 days
                                                  naming nobody, bounded
``rv:{pNN}:words:<ref>``                  hash    agents' words by origin, and their changes   7 days
``rv:{pNN}:origins:<ref>``                zset    origin of an agent's words → when they were    7 days
                                                  shown; then its words are forgotten
``rv:{pNN}:pieces:<delivery id>``         hash    when each piece was begun, its id if shown   7 days
``rv:{<platform>}:bucket:<scope>``        hash    tokens left of a shared rate limit           refilled
``rv:{<platform>}:fields:<section>``      hash    an adapter's cursors, sessions, caches       90 days
``rv:{<platform>}:lease:<name>``          string  the process that alone may do something      seconds
``rv:events`` (channel)                   –       a turn was stored: conversation, receipt     –
``rv:docket:*``                           –       wake-ups and timers, kept by Docket          minutes
``rv:{budget}:counts``                    hash    tokens and cost of language models today,    2 days
                                                  of all, each tenant and each person
``rv:{budget}:day:<day>``                  hash    tokens and cost of that day, once settled    400 days
``rv:{budget}:held``                      hash    reservation → what it sets aside for 15      a day
                                                  minutes, unless it is settled before
``rv:{budget}:lapses``                    zset    reservation → when it is given back          a day
``rv:{budget}:minute``                    hash    ten seconds → what language models cost      2 minutes
``rv:{budget}:calls:<asker>``             zset    a person's calls of the last minute          a minute
``rv:{vault}:installation``               hash    its id; the secret of its marks and, with a   kept
                                                  key service, tenant keys, all wrapped
``rv:{<identity>}:person``                string  the person whose account this is             memory
``rv:{u<person>}:person``                 hash    accounts, whether memory is on, when they    memory; kept
                                                  were told of it, whom joined or parted from  once switched
``rv:{u<person>}:places``                 zset    conversation and account → when they last    memory
                                                  wrote there, bounded
``rv:{u<person>}:memory``                 hash    profile, threads and episodes, encrypted;    memory
                                                  their data key, wrapped; a version
``rv:{g<group>}:memory``                  hash    the same of the group of a shared place      memory
``rv:{g<group>}:authors``                 zset    account → when it last wrote there           memory
``rv:{codes}:code:<mark>``                hash    whose one-time code it is, who used it       10 minutes;
                                                                                               used: an hour
``rv:{codes}:offer:<identity>``           string  the mark of the code that it was given last  an hour
``rv:{codes}:used:<identity>``            string  the mark of the code that it used last       an hour
``rv:{codes}:offers:<identity>``          string  how many codes somebody was given            an hour
``rv:{codes}:tries:<identity>``           string  how many wrong codes somebody typed          an hour
``rv:{codes}:wrong``                      string  how many wrong codes all typed               kept
``rv:{claim}:code``                       hash    mark of the first admin's code, who used it  a day
``rv:{claim}:starting``                   string  a process has just made one                  10 seconds
``rv:{claim}:tries:<identity>``           string  how many wrong ones somebody typed           an hour
``rv:{settings}:overlay``                 hash    path → what was changed of the settings; number  kept
``rv:{settings}:changes``                 stream  each change with old and new, by number, bounded  kept
``rv:{settings}:done:<key>``              string  the number of the change that a key made      7 days
``rv:settings`` (channel)                 –       the settings were changed: number             –
``rv:{rollout}:lease``                    string  the process that alone watches quality       seconds
``rv:{rollout}:notices``                  hash    what the desk is to be told of modes,        told
                                                  until that is set to ring
``rv:{rollout}:proposed``                 hash    topic and mode → when that was proposed last  90 days
``rv:ready``                              string  written to see whether the inbox can be      a minute
========================================  ======  ===========================================  ========

"history" is ``conversation.history_days`` after the last change. It does not begin while a case is
open, nor, for the state of a case's thread, before that case is closed. The state of a conversation
does not end before its last alarm has rung. "memory" is the longest of that and of the days of
``[memory]``, after a person was last met or an owner's memory last written.
"""

from zlib import crc32

from bot.vocabulary.alarms import Alarm
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.turns import Lane

TOMBSTONES = "rv:{erased}:tombstones"
REWRITE = "rv:{erased}:rewrite"

VAULT = "rv:{vault}:installation"

PARTITIONS = 32
"""Fixed for the life of an installation: conversations are spread over this many hash tags."""

DAY_SECONDS = 24 * 3600

WEEK_SECONDS = 7 * DAY_SECONDS
"""Longer than any platform redelivers (Slack: 24 hours, Telegram: 24 hours)."""

HISTORY_DAYS = 90
HISTORY_SECONDS = HISTORY_DAYS * DAY_SECONDS
"""A conversation is kept this long after its last change, unless an operator sets it otherwise."""

ADAPTER_SECONDS = 90 * DAY_SECONDS
"""An adapter's fields are kept this long after their section was last written."""

EVENTS_CHANNEL = "rv:events"
SETTINGS_CHANNEL = "rv:settings"
DOCKET_NAME = "rv:docket"

MAILBOX_LIMIT = 2000
RECEIPTS_KEPT = 50
GAPS_KEPT = 50
GAPPED_KEPT = 4_000
"""Gaps (and ends of cases) of one conversation, conversations with gaps of one partition."""

CASES_KEPT = 20
"""Closed cases of one conversation."""

LESSONS_KEPT = 200
"""Of one conversation, while nothing can be learnt; the oldest are lost first."""

AUDIT_KEPT = 10_000
RATINGS_KEPT = 4_000
"""Of one partition: about 300,000 actions and 100,000 ratings in all."""

EVIDENCE_KEPT = 4_000
EVIDENCE_SECONDS = 400 * DAY_SECONDS
"""Of one partition: about 125,000 things that were seen, in all."""

DEAD_LETTERS_KEPT = 10_000
SETTING_CHANGES_KEPT = 20_000

DAYS_KEPT = 400
"""Of what was counted each day."""


def partition_of(reference: str) -> str:
    """Return the hash tag of a conversation, for example ``p07``."""
    return f"p{crc32(reference.encode()) % PARTITIONS:02d}"


def all_partitions() -> tuple[str, ...]:
    """Return every hash tag."""
    return tuple(f"p{number:02d}" for number in range(PARTITIONS))


def due(partition: str) -> str:
    """Return the key of a partition's lanes and their times."""
    return f"rv:{{{partition}}}:due"


def pending(partition: str) -> str:
    """Return the key of a partition's conversations with unhandled messages."""
    return f"rv:{{{partition}}}:pending"


def alarms(partition: str) -> str:
    """Return the key of a partition's conversations and their earliest alarms."""
    return f"rv:{{{partition}}}:alarms"


def open_cases(partition: str) -> str:
    """Return the key of a partition's conversations with an open case."""
    return f"rv:{{{partition}}}:open"


def news(partition: str) -> str:
    """Return the key of a partition's news that are not passed on yet."""
    return f"rv:{{{partition}}}:news"


def learning(partition: str) -> str:
    """Return the key of a partition's conversations from which there is something to learn."""
    return f"rv:{{{partition}}}:learning"


def erasures(partition: str) -> str:
    """Return the key of a partition's erasures that are not done yet."""
    return f"rv:{{{partition}}}:erasures"


def audit(partition: str) -> str:
    """Return the key of a partition's record of who did what."""
    return f"rv:{{{partition}}}:audit"


def ratings(partition: str) -> str:
    """Return the key of a partition's answers to surveys."""
    return f"rv:{{{partition}}}:ratings"


def evidence(partition: str) -> str:
    """Return the key of a partition's record of how well the bot does."""
    return f"rv:{{{partition}}}:evidence"


def gapped(partition: str) -> str:
    """Return the key of a partition's conversations in which the knowledge lacked something."""
    return f"rv:{{{partition}}}:gapped"


def day(partition: str, date: str) -> str:
    """Return the key of what was counted on a day (ISO 8601, UTC)."""
    return f"rv:{{{partition}}}:day:{date}"


def pieces(delivery_id: str) -> str:
    """Return the key of what became of a delivery's pieces."""
    return f"rv:{{{partition_of(delivery_id)}}}:pieces:{delivery_id}"


def identity(account: str) -> str:
    """Return the key of the person whose account this is."""
    return f"rv:{{{account}}}:person"


OWNERS = {"person": "u", "group": "g"}
"""What the hash tags of owners begin with, by the kind of owner."""

MEMORIES = "rv:{[ug]*}:memory"
"""The pattern of all keys with an owner's memory."""


def owner_of(memory_key: str) -> str:
    """Return whose memory stands at a key: ``person:…`` or ``group:…``."""
    tag = memory_key.removeprefix("rv:{").rpartition("}")[0]
    kinds = {letter: kind for kind, letter in OWNERS.items()}
    return f"{kinds[tag[0]]}:{tag[1:]}"


class OwnerKeys:
    """The keys of one owner, ``person:<id>`` or ``group:<platform:tenant:channel>``."""

    def __init__(self, owner: str) -> None:
        kind, _, name = owner.partition(":")
        self.prefix = f"rv:{{{OWNERS[kind]}{name}}}"
        self.memory = f"{self.prefix}:memory"
        self.person = f"{self.prefix}:person"
        self.places = f"{self.prefix}:places"
        self.authors = f"{self.prefix}:authors"


class SettingKeys:
    """The keys of what was changed of the settings."""

    overlay, changes = "rv:{settings}:overlay", "rv:{settings}:changes"

    def done(self, key: str) -> str:
        """Return the key that holds the number of the change that an event made."""
        return f"rv:{{settings}}:done:{key}"


class ConversationKeys:
    """The keys of one conversation."""

    def __init__(self, reference: ConversationRef | str) -> None:
        self.reference = str(reference)
        self.partition = partition_of(self.reference)
        self.prefix = f"rv:{{{self.partition}}}"
        self.state = self._named("conv")
        self.mailbox = self._named("mail")
        self.history = self._named("hist")
        self.receipts = self._named("receipts")
        self.gaps = self._named("gaps")
        self.cases = self._named("cases")
        self.words = self._named("words")
        self.origins = self._named("origins")
        self.lessons = self._named("lessons")
        self.learnt = self._named("learnt")
        self.pending = pending(self.partition)
        self.due = due(self.partition)
        self.alarms = alarms(self.partition)
        self.gapped = gapped(self.partition)
        self.news = news(self.partition)
        self.open_cases = open_cases(self.partition)
        self.erasures = erasures(self.partition)
        self.learning = learning(self.partition)
        self.dead = f"{self.prefix}:dead"
        self.audit = audit(self.partition)
        self.ratings = ratings(self.partition)
        self.evidence = evidence(self.partition)

    def _named(self, kind: str) -> str:
        return f"{self.prefix}:{kind}:{self.reference}"

    def seen(self, event_key: str) -> str:
        """Return the key that de-duplicates an event and later holds its outcome."""
        return f"{self.prefix}:seen:{event_key}"

    def done(self, event_key: str) -> str:
        """Return the key that marks a desk action as applied."""
        return f"{self.prefix}:done:{event_key}"

    def rung(self, alarm: Alarm) -> str:
        """Return the key that marks an alarm as rung."""
        at = alarm.at.timestamp()
        return self.done(f"alarm:{self.reference}:{alarm.kind}:{at}:{alarm.about}")

    def lane(self, lane: Lane) -> str:
        """Return the key of a lane's list."""
        return f"{self.prefix}:lane:{self.lane_name(lane)}"

    def lane_name(self, lane: Lane) -> str:
        """Return the name under which a lane is scheduled."""
        return f"{self.reference}|{lane}"

    def sent(self, delivery_id: str) -> str:
        """Return the key that holds the platform's id of a shown message."""
        return f"{self.prefix}:sent:{delivery_id}"


def split_lane_name(name: str) -> tuple[ConversationKeys, Lane]:
    """Read what ``lane_name`` wrote."""
    reference, _, lane = name.rpartition("|")
    return ConversationKeys(reference), Lane(lane)
