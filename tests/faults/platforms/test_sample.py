"""A sample of the matrix for the ordinary suite; ``make faults`` plays all of it."""

import pytest

from tests.faults.platforms.desk import crowd_the_desk
from tests.faults.platforms.desks import QuickTelegram
from tests.faults.platforms.discord import Discord
from tests.faults.platforms.faults import ALL, MAIN
from tests.faults.platforms.matrix import cells
from tests.faults.platforms.run import LEAST_MESSAGES, run_once
from tests.faults.platforms.sites import Site
from tests.faults.platforms.slack import Slack, SlackOverHttp
from tests.faults.platforms.table import line_of
from tests.faults.platforms.telegram import Telegram, TelegramWebhook

SAMPLE: tuple[tuple[str, type[Site]], ...] = (
    *(("everything at once", site) for site in MAIN),
    ("48 minutes' gap, cold start", Slack),
    ("op 9, lost", Discord),
    ("killed with sends in doubt", Telegram),
    ("redis killed", SlackOverHttp),
    ("process killed", TelegramWebhook),
)


@pytest.mark.processes
@pytest.mark.parametrize(("name", "site"), SAMPLE)
async def test_every_message_has_one_answer(name: str, site: type[Site], seed: int) -> None:
    [(fault, _)] = cells(only=name, on=site.name)[:1]
    result = await run_once(fault, site, seed)
    assert result.is_good, line_of(result)
    assert result.messages >= LEAST_MESSAGES, "too few messages to prove anything"


@pytest.mark.processes
async def test_a_crowded_desk_shows_all(seed: int) -> None:
    result = await crowd_the_desk(QuickTelegram, cases=20, seed=seed)
    assert result.is_good, (result.problem, result.verdict.complaints, result.logs)
    assert result.relays == 100
    assert result.digests > 0, "nothing had to wait: the desk was not crowded"
    assert result.shown < 100


def test_every_fault_has_a_name_of_its_own_and_a_platform() -> None:
    names = [fault.name for fault in ALL]
    assert len(names) == len(set(names)) > 30
    assert all(fault.sites for fault in ALL)
    assert len(cells()) > 90
