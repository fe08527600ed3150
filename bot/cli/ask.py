"""``relevo ask``: one answer, its sources, its confidence and why."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import typer
from rich.console import Console
from rich.markdown import Markdown

from bot.app import build_detector, build_knowledge, build_policy, read_settings
from bot.cli.kb_labels import read_tags
from bot.conversation.choices import near
from bot.conversation.escalating.weighing import judge
from bot.texts import say
from bot.vocabulary.conversations import Choice
from bot.vocabulary.handover import Verdict
from bot.vocabulary.knowledge import Answer, Audience, Query, Source
from bot.vocabulary.turns import Decision


def ask_once(
    text: str,
    *,
    config: Path | None,
    as_json: bool,
    audience: Audience = Audience.PUBLIC,
    tags: Sequence[str] | None = None,
) -> None:
    """Answer one question as whoever belongs to an audience would be answered, and print it.

    Without ``tags`` those of the settings count.
    """
    settings = read_settings(config)
    chosen = settings.knowledge.tags if tags is None else read_tags(tags)
    language = build_detector(settings).detect(text, previous=None, locale=None)
    knowledge, policy = build_knowledge(settings), build_policy(settings)
    query = Query(text=text, language=language, audience=audience, tags=frozenset(chosen))
    answer = asyncio.run(knowledge.answer(query))
    verdict = judge(policy, answer)
    if as_json:
        typer.echo(json.dumps(_as_dict(text, language, answer, verdict), ensure_ascii=False))
    else:
        _show(language, answer, verdict)


def _as_dict(text: str, language: str, answer: Answer, verdict: Verdict) -> dict[str, object]:
    return {
        "question": text,
        "answer": answer.text if verdict.decision is Decision.ANSWER else "",
        "decision": verdict.decision,
        "confidence": round(answer.confidence.value, 4),
        "language": language,
        "sources": [_source(source) for source in answer.sources],
        "receipt": {
            "reasons": [*verdict.reasons, *answer.confidence.reasons],
            "draft": answer.text,
            "considered": [_source(source) for source in answer.considered],
            "choices": [choice.label for choice in _choices(answer, verdict)],
        },
    }


def _source(source: Source) -> dict[str, object]:
    fields = asdict(source)
    return {name: fields[name] for name in ("doc_id", "title", "heading", "url", "score")}


def _choices(answer: Answer, verdict: Verdict) -> tuple[Choice, ...]:
    """The documents of which the bot would ask back which is meant."""
    return near(answer) if verdict.decision is Decision.CLARIFY else ()


def _show(language: str, answer: Answer, verdict: Verdict) -> None:
    console = Console()
    sure = verdict.decision is Decision.ANSWER
    console.print(Markdown(answer.text if sure else _instead(language, answer, verdict)))
    for choice in _choices(answer, verdict):
        console.print(f"  ? {choice.label}", markup=False)
    for source in answer.sources if sure else ():
        console.print(f"  · {source.title} {source.url or ''}", style="dim", markup=False)
    reasons = "; ".join([*verdict.reasons, *answer.confidence.reasons])
    console.print(f"[{verdict.decision}] {reasons}", style="dim", markup=False)


def _instead(language: str, answer: Answer, verdict: Verdict) -> str:
    """What a customer reads who gets no answer."""
    if answer.declined is not None:
        return say("conversation.declined", language)
    is_open = verdict.decision is Decision.CLARIFY
    return say("conversation.clarify" if is_open else "conversation.unknown", language)
