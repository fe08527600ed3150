"""How many questions the set-up asks, and how long it takes against loopback platforms.

    python -m benchmarks setup

``relevo init`` as a process, answered line by line (tests/flows/setting_up), for Slack alone and for all
three platforms, with a small document as knowledge and a test case at the end. People take longer: they
have to create apps and copy tokens.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.report import show
from bot.vocabulary.messages import Platform
from tests.flows.setting_up import a_newcomer
from tests.servers import running_server

ALL = (Platform.SLACK, Platform.DISCORD, Platform.TELEGRAM)


async def main() -> None:
    for platforms in ((Platform.SLACK,), ALL):
        show(f"relevo init: {', '.join(platforms)}", await _measured(platforms))


async def _measured(platforms: Sequence[Platform]) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as name:
        folder = Path(name)
        page = folder / "refunds.md"
        page.write_text("# Refunds\n\nA refund takes five days.\n", encoding="utf-8")
        with running_server(folder / "redis") as redis:
            async with a_newcomer(folder, redis) as newcomer:
                which = [""] if len(platforms) > 1 else []
                desk = newcomer.slack.desk_setting
                answers = [", ".join(platforms), *newcomer.tokens(*platforms), *which, desk]
                done = await newcomer.sets_up([*answers, str(page)])
    if done.code:
        raise RuntimeError(done.out + done.err)
    return {"questions": done.questions, "seconds": f"{done.seconds:.1f}"}


if __name__ == "__main__":
    asyncio.run(main())
