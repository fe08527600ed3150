"""The first knowledge, and a test case: through the queue, to the desk, and closed again."""

import asyncio
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.app import open_relevo, read_settings
from bot.app.opening import find_state, open_redis
from bot.cli.kb_output import show_progress
from bot.cli.running import cause_of
from bot.cli.setup.asking import Asker
from bot.engine.mailbox import Mailbox
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.messages import Author, ConversationRef, IncomingMessage
from config.settings import Settings
from knowledge import IngestReport, ingest
from knowledge.origins import WebRules

PATIENCE_SECONDS = 60.0
GLANCE_SECONDS = 0.2

HELLO = "This is a test case of 'relevo init'. Can I talk to a person, please?"


def load_first(asker: Asker) -> None:
    """Ask where the company's help is, and load it; nothing is fine too."""
    asker.tell("\nWhat does the bot answer from? A web page, a sitemap, a folder or a file.")
    asker.ask(
        "Address or path, Enter for later", lambda given: _loaded(asker, given), default="later"
    )


def try_a_case(asker: Asker, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
    """Send a test case through the desk as ``run`` would.

    Raises:
        ConfigurationError: It did not get there.
    """
    settings = read_settings(playground={"enabled": True}, http={"port": 0})
    try:
        asyncio.run(_play(settings, patience_seconds))
    except BaseExceptionGroup as group:
        raise cause_of(group) from group
    asker.tell(f"  ✓ A test case was opened in {settings.desk.channel}, and is closed again.")


def _loaded(asker: Asker, given: str) -> None:
    if given == "later":
        return
    source = str(Path(given).expanduser()) if given.startswith("~") else given
    # The index is opened only now: it is the first thing that init writes besides its two files.
    from bot.app.stores import open_knowledge  # noqa: PLC0415

    settings = read_settings()
    knowledge = open_knowledge(settings)
    try:
        with show_progress() as on_progress:
            hosts = frozenset(settings.knowledge.allow_hosts)
            report = ingest(
                knowledge, [source], on_progress=on_progress, rules=WebRules(allow_hosts=hosts)
            )
    finally:
        knowledge.close_now()
    _tell(asker, report)


def _tell(asker: Asker, report: IngestReport) -> None:
    if not report.loaded:
        reasons = "; ".join(reason for _, reason in (*report.failed, *report.skipped)[:3])
        raise ConfigurationError(f"Nothing could be loaded from there: {reasons or 'it is empty'}.")
    asker.tell(f"  ✓ Documents loaded: {report.loaded}.")


async def _play(settings: Settings, patience: float) -> None:
    # The page's own module is asked what customers there are called: to others nothing is delivered.
    from adapters.playground.parse import customer_conversation  # noqa: PLC0415

    customer = customer_conversation(f"setup-{secrets.token_hex(6)}")
    async with open_relevo(settings, role="worker") as relevo, asyncio.TaskGroup() as tasks:
        working = tasks.create_task(relevo.run("worker"))
        desk, doctor = settings.desk.channel, "'relevo doctor' says what stands in the way."
        try:
            await relevo.engine.inbox.accept(_message(customer, f"/human {HELLO}"))
            missing = f"No thread appeared in {desk} within {patience:.0f} seconds: {doctor}"
            with _told_of_waiting(missing):
                async with asyncio.timeout(patience):
                    await _comes_about(settings, customer, has_thread=True)
            await relevo.engine.inbox.accept(_message(customer, "/bot"))
            open_still = f"The test case in {desk} could not be closed, do it there: {doctor}"
            with _told_of_waiting(open_still):
                async with asyncio.timeout(patience):
                    await _comes_about(settings, customer, has_thread=False)
        finally:
            working.cancel()


@contextmanager
def _told_of_waiting(sentence: str) -> Generator[None]:
    """Let a wait that ends in vain be told in a sentence."""
    try:
        yield
    except TimeoutError:
        raise ConfigurationError(sentence) from None


async def _comes_about(settings: Settings, customer: ConversationRef, *, has_thread: bool) -> None:
    async with find_state(settings) as url, open_redis(settings, url) as redis:
        deadline = settings.redis.deadline_seconds
        mailbox = Mailbox(redis, deadline=deadline, lease_seconds=settings.engine.lease_seconds)
        while _is_open(await _read(mailbox, customer)) is not has_thread:  # noqa: ASYNC110 - another process may do it
            await asyncio.sleep(GLANCE_SECONDS)


async def _read(mailbox: Mailbox, customer: ConversationRef) -> Conversation:
    conversation, _ = await mailbox.read(customer)
    return conversation


def _is_open(conversation: Conversation) -> bool:
    case = conversation.case
    return case is not None and case.is_open and case.thread is not None


def _message(customer: ConversationRef, text: str) -> IncomingMessage:
    name = secrets.token_hex(8)
    return IncomingMessage(
        event_key=f"setup-{name}",
        id=name,
        conversation=customer,
        author=Author(user_id="setup", display_name="Relevo's test customer"),
        text=text,
        sent_at=datetime.now(UTC),
    )
