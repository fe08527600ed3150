"""The Lua steps that must be atomic; Redis 6.2 commands, keys of one hash tag each.

- ``ingest``: de-duplicate and append one event, say whether its conversation must be woken
- ``begin``: lease a conversation and read its messages and state
- ``renew``: keep the lease of a long turn
- ``finish``: give the lease back when nothing is left to do
- ``transact``: a fenced list of writes: all of a plan or nothing
- ``take_alarm``: lease the alarms of a conversation when one is due; ``renew_alarm``: for longer
- ``take``: lease the next message of a lane, or withhold it when its speaker lost the word
- ``rest``: let a leased lane wait before its next try
- ``settle``: record a shown message and move its lane on
- ``note_draft``: note that a turn shows what it is writing, if it is still the bot's turn
- ``begin_send``: note a piece that is about to be sent, or say what became of it before
- ``take_tokens``: take one token from each of several shared rate limits, or say how long to wait
- ``pause_bucket``: let a rate limit give nothing for a while
- ``reserve_budget``: set aside what a call of a language model may use, unless a cap would be passed
- ``settle_budget``: put what it really used in the place of that
- ``put_case``: show a conversation's case on the board, unless a newer state of it stands there
- ``put_presence``: show there what an agent said of being there
- ``take_lessons``: lease what is to be learnt from a conversation, once its time has come
- ``take_erasures``: lease the erasures of a partition whose time has come
- ``find_entries``: the entries of a stream in which a text stands; ``amend_stream``: change some of them
- ``settle_lessons``: drop what was learnt, and say when to look again
- ``claim_account``: let an account name its person, if it names the expected one
- ``meet``: note where a person wrote; ``note_of_person``: something else of them
- ``adopt``, ``move`` and ``take_in``: the steps in which two persons become one
- ``part``: let an account leave with what is its own; ``end_person``: erase a person
- ``write_memory``: write an owner's memory over the version that was read
- ``exchange_key``: put a data key that was wrapped anew in the place of the old one
- ``offer_code``, ``use_code`` and ``revoke_code``: the life of a one-time code
- ``offer_claim`` and ``use_claim``: that of the first admin's
- ``note_wait``: note there how long a case has waited, once
- ``edit_settings``: store a change of the settings over the last one, with its record
- ``lease``: become or stay the only holder of a name

``lifetime``, ``count_use`` and ``put_memory`` are no steps but what several of them begin with.
"""

from importlib.resources import files


def source(*names: str) -> str:
    """Return the text of a script by its name, behind that of what it begins with."""
    parts = [(files(__name__) / f"{name}.lua").read_text(encoding="utf-8") for name in names]
    return "".join(parts)
