"""Answers are quotations with sources and an honest confidence, whatever is asked."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.vocabulary.knowledge import Answer, KnowledgeBase, Query
from knowledge import EmbeddedKnowledge, ingest, load_sample, open_embedded

ARTICLES = {
    "returns.md": """# Return a product

You can return unused products within 30 days of delivery.

## How to send it back

Follow these steps:

1. Open **Account > Orders** and press **Return items**.
2. Print the label.
3. Bring the parcel to any post office.

## What it costs

A return from Spain costs 3.90 € per parcel. From other countries it costs 7.50 €.

## Related reading

- [Refunds](https://help.example/refunds)
""",
    "delivery.md": """# Delivery times and costs

| Country | Price | Days |
|---|---|---|
| Spain | 4.50 € | 1–2 |
| Germany | 9.90 € | 3–5 |

Orders above 60 € are delivered free of charge.

## Where we don't deliver

To Switzerland and Norway, and to PO boxes in Germany.
""",
    "payment.md": """# Ways to pay

We accept cards and bank transfers.

## Methods we don't accept

Payment by cheque and by cryptocurrency.
""",
    "errors.md": """# Errors at the checkout

## E-4512

The card has expired. Enter another card or ask your bank for a new one.

## E-4513

The bank refused the payment. Call your bank, then try again.
""",
    "garantia.md": """---
lang: es
title: Garantía
---
Todos los productos tienen tres años de garantía legal desde la entrega.

## Cómo reclamar

Escribe a hola@tienda.example con el número de pedido y dos fotos del defecto.
""",
    "contrasena.md": """---
lang: es
title: Cambiar la contraseña
---
Para cambiar la contraseña entra en **Cuenta > Seguridad** y pulsa **Cambiar**.
""",
}


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedKnowledge]:
    folder = tmp_path_factory.mktemp("help")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text)
    opened = open_embedded(tmp_path_factory.mktemp("data"))
    assert not ingest(opened, [folder]).failed
    yield opened
    opened.close_now()


def ask(knowledge: EmbeddedKnowledge, text: str, language: str = "en", **more: object) -> Answer:
    history, excluded = more.get("history", ()), more.get("excluded", frozenset[str]())
    assert isinstance(history, tuple)
    assert isinstance(excluded, frozenset)
    return knowledge.answer_now(
        Query(text=text, language=language, history=history, excluded=excluded)  # pyright: ignore[reportUnknownArgumentType]
    )


def cited(answer: Answer) -> str:
    return answer.sources[0].doc_id.rpartition("/")[2] if answer.sources else ""


@pytest.mark.parametrize(
    ("language", "question", "document", "words"),
    [
        ("en", "How much does a return from Spain cost?", "returns.md", "3.90 €"),
        ("en", "delivery price to Germany", "delivery.md", "9.90 €"),
        ("en", "what does error e4512 mean", "errors.md", "card has expired"),
        ("en", "the checkout says E-4513!!", "errors.md", "bank refused"),
        ("es", "¿Cuántos años de garantia tienen los productos?", "garantia.md", "tres años"),
        ("es", "cambiar contraseña", "contrasena.md", "Cuenta > Seguridad"),
    ],
)
def test_the_sentences_that_answer_are_quoted(
    language: str, question: str, document: str, words: str, knowledge: EmbeddedKnowledge
) -> None:
    answer = ask(knowledge, question, language)
    assert cited(answer) == document
    assert words in answer.text
    assert answer.confidence.value >= 0.5
    assert answer.language == language


def test_steps_are_kept_whole_with_their_introduction(knowledge: EmbeddedKnowledge) -> None:
    answer = ask(knowledge, "How do I return a product?")
    assert answer.text == (
        "**How to send it back**\n\nFollow these steps:\n\n1. Open **Account > Orders** and press **Return items**.\n"
        "2. Print the label.\n3. Bring the parcel to any post office."
    )
    assert answer.sources[0].heading == "How to send it back"


def test_a_row_of_a_table_is_quoted_without_its_neighbours(knowledge: EmbeddedKnowledge) -> None:
    answer = ask(knowledge, "How much is delivery to Germany?")
    assert "- **Germany**: Price: 9.90 €; Days: 3–5" in answer.text
    assert "Spain" not in answer.text


def test_what_is_not_so_does_not_answer_what_is(knowledge: EmbeddedKnowledge) -> None:
    answer = ask(knowledge, "What payment methods do you accept?")
    assert cited(answer) == "payment.md"
    assert "cards and bank transfers" in answer.text
    assert "cheque" not in answer.text


def test_what_is_not_so_is_quoted_under_its_heading(knowledge: EmbeddedKnowledge) -> None:
    answer = ask(knowledge, "Can I pay by cheque?")
    assert answer.text == (
        "**Methods we don't accept**\n\nPayment by cheque and by cryptocurrency."
    )


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "What is the capital of France?"),
        ("en", "who won the match last night"),
        ("es", "¿qué tiempo hará mañana en Sevilla?"),
        ("en", "asdf qwertz"),
        ("en", "E-9999"),
    ],
)
def test_what_is_not_known_is_not_answered(
    language: str, question: str, knowledge: EmbeddedKnowledge
) -> None:
    answer = ask(knowledge, question, language)
    assert answer.confidence.value < 0.5
    assert answer.confidence.reasons


@pytest.mark.parametrize("question", ["", "   ", "🤷", "the of and", "???", "\0", "qwertz uiop"])
def test_nothing_to_look_for_gives_no_text_and_no_sources(
    question: str, knowledge: EmbeddedKnowledge
) -> None:
    answer = ask(knowledge, question)
    assert (answer.text, answer.sources) == ("", ())
    assert answer.confidence.value < 0.2


def test_rejected_documents_are_not_used_again(knowledge: EmbeddedKnowledge) -> None:
    question = "How much does a return from Spain cost?"
    first = ask(knowledge, question)
    rejected = frozenset(source.doc_id for source in first.sources)
    second = ask(knowledge, question, excluded=rejected)
    shown = {source.doc_id for source in (*second.sources, *second.considered)}
    assert not shown & rejected
    assert second.confidence.value < first.confidence.value


def test_a_short_follow_up_is_understood_from_the_history(knowledge: EmbeddedKnowledge) -> None:
    alone = ask(knowledge, "and to Germany?")
    asked = ask(knowledge, "and to Germany?", history=("How much is delivery to Spain?",))
    assert cited(asked) == "delivery.md"
    assert asked.confidence.value >= alone.confidence.value


def test_another_language_is_a_fall_back_that_says_so(knowledge: EmbeddedKnowledge) -> None:
    same = ask(knowledge, "garantía legal", "es")
    other = ask(knowledge, "garantía legal", "en")
    assert cited(other) == "garantia.md"
    assert other.language == "es"
    assert other.confidence.value < same.confidence.value
    assert any("another language" in reason for reason in other.confidence.reasons)


def test_the_own_language_comes_first_when_both_know(knowledge: EmbeddedKnowledge) -> None:
    languages = [s.language for s in knowledge.search_now(Query(text="E-4512", language="en"), 5)]
    assert languages[0] == "en"


def test_search_shows_each_document_once_best_first(knowledge: EmbeddedKnowledge) -> None:
    sources = knowledge.search_now(Query(text="return costs from Spain", language="en"), 10)
    names = [source.doc_id for source in sources]
    assert len(names) == len(set(names))
    assert [s.score for s in sources] == sorted((s.score for s in sources), reverse=True)
    assert all(0 <= s.score <= 1 and s.excerpt for s in sources)


def test_an_empty_knowledge_base_knows_nothing(tmp_path: Path) -> None:
    empty = open_embedded(tmp_path)
    answer = ask(empty, "How do I return a product?")
    assert (answer.text, answer.sources, answer.confidence.value) == ("", (), 0.0)
    assert empty.search_now(Query(text="anything", language="en"), 5) == ()
    empty.close_now()


async def test_many_tasks_may_ask_at_once(knowledge: EmbeddedKnowledge) -> None:
    base: KnowledgeBase = knowledge
    query = Query(text="what does error E-4512 mean", language="en")
    answers = await asyncio.gather(*(base.answer(query) for _ in range(40)))
    assert len({answer.text for answer in answers}) == 1
    assert cited(answers[0]) == "errors.md"
    assert len(await base.search(query, 1)) == 1


async def test_the_event_loop_is_not_blocked(knowledge: EmbeddedKnowledge) -> None:
    query = Query(text="word " * 8_000, language="en")
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1

    ticker = asyncio.ensure_future(tick())
    await asyncio.gather(*(knowledge.answer(query) for _ in range(20)))
    ticker.cancel()
    assert ticks > 5


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=st.text(max_size=300),
    language=st.sampled_from(["en", "es", "de", "", "zz", "pt-BR"]),
)
@example(text='return" OR title:* NEAR(a b) -x ^y {col}: AND NOT', language="en")
@example(text="'; DROP TABLE passage; --", language="en")
@example(text="\ud800 return \udfff", language="en")
@example(text="return\0 product", language="es")
@example(text="return " * 8_000, language="en")
@example(text="a" * 40_000, language="en")
@example(text="٣ ² ½ ﬁ İstanbul ß", language="de")
@example(text="https://x.example/?a=b&c=%00", language="en")
def test_any_question_is_survived(text: str, language: str, knowledge: EmbeddedKnowledge) -> None:
    answer = ask(knowledge, text, language, history=(text, text))
    assert 0 <= answer.confidence.value <= 1
    assert bool(answer.text) == bool(answer.sources)
    assert len(answer.text) <= 1_100


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedKnowledge]:
    folder = tmp_path_factory.mktemp("sample")
    assert not load_sample(folder).failed
    opened = open_embedded(folder)
    yield opened
    opened.close_now()


@pytest.mark.parametrize(
    ("language", "question", "document"),
    [
        ("en", "How do I return a product?", "returns-how-to-en"),
        ("es", "¿Cómo devuelvo un producto?", "returns-how-to-es"),
        ("es", "he olvidado la contraseña", "account-password-es"),
        ("en", "Can I pay in three instalments?", "payment-instalments-en"),
    ],
)
def test_the_sample_answers_plain_questions(
    language: str, question: str, document: str, sample: EmbeddedKnowledge
) -> None:
    answer = ask(sample, question, language)
    assert answer.sources[0].doc_id == document
    assert answer.confidence.value >= 0.5
    assert 40 < len(answer.text) <= 1_000
    assert not answer.text.rstrip().endswith(":")
