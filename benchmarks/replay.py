"""How fast past conversations are replayed, on the dialogues that are stored for development.

    python -m benchmarks.replay [--most 747] [--seed 7] [--report FILE.html]

The bot is the default one with the sample knowledge, without a language model: what counts is the pace, since
these dialogues (taxis and restaurants) are about nothing that it knows. "read alone" is how fast the export
is parsed.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from bot.app import read_settings
from bot.cli.replay import build_replaying, by_itself, mask
from bot.replay.choosing import sample
from bot.replay.figures import Figures
from bot.replay.page import page
from bot.replay.past import PastConversation
from bot.replay.readers.exports import read_export
from bot.replay.report import NAMES, report_of
from knowledge import load_sample

DIALOGUES = (
    Path(__file__).resolve().parents[2] / "shared" / "data" / "escalation" / "dialogues.jsonl.gz"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=747)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--report", type=Path, help="write the page here")
    wishes = parser.parse_args()
    if not DIALOGUES.is_file():
        print(f"left out: there is no {DIALOGUES}")
        return
    begun = time.perf_counter()
    chosen = sample(read_export(DIALOGUES), wishes.most, wishes.seed)
    spent = time.perf_counter() - begun
    print(f"seed {wishes.seed}: {len(chosen)} conversations, read alone in {spent:.2f} s")
    figures, wall, processor = asyncio.run(_replayed(chosen))
    turns, conversations = figures.overall.turns, figures.overall.conversations
    print(
        f"{conversations.total()} conversations, {turns.total()} turns with the bot "
        f"({figures.turns_left} after a hand-over) in {wall:.1f} s ({processor:.1f} s of processor): "
        f"{conversations.total() / wall:.1f} conversations and {turns.total() / wall:.1f} turns a second"
    )
    for result, name in NAMES.items():
        print(f"  {name}: {turns[result]} turns, {conversations[result]} conversations")
    begun = time.perf_counter()
    report = report_of(
        figures, source=DIALOGUES.name, seconds=wall, priced=False, minutes_a_message=3.0
    )
    written = page(report, mask)
    print(f"page of {len(written) / 1000:.0f} kB in {time.perf_counter() - begun:.2f} s")
    if wishes.report:
        wishes.report.write_text(written, encoding="utf-8")


async def _replayed(chosen: list[PastConversation]) -> tuple[Figures, float, float]:
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder:
        load_sample(Path(folder))
        replaying = build_replaying(by_itself(read_settings(None, data_dir=Path(folder))))
        begun, spent = time.perf_counter(), time.process_time()
        async for finding in replaying.run(chosen):
            figures.add(finding)
    return figures, time.perf_counter() - begun, time.process_time() - spent


if __name__ == "__main__":
    main()
