"""The sample knowledge is complete and agrees with itself; no index is needed to see that."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "knowledge" / "sample"
QUESTIONS = ROOT / "tests" / "fixtures" / "sample_questions.jsonl"
HELP_CENTRE = "https://help.casalumbre.example"
TOPICS = {
    "orders",
    "delivery",
    "returns",
    "payment",
    "account",
    "care",
    "guarantee",
    "contact",
}
LINK = re.compile(r"\[[^\]]+\]\(([^)]*)\)")
WORD = re.compile(r"[^\W_]+(?:[.,'@–-][^\W_]+)*")
STEP_NUMBER = re.compile(r"^\d+\. ", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One file of the sample: its front matter and its text without it."""

    path: Path
    front: dict[str, object]
    body: str

    @property
    def id(self) -> str:
        return str(self.front.get("id"))

    @property
    def slug(self) -> str:
        return self.path.stem

    @property
    def lang(self) -> str:
        return self.path.parent.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One line of the question set."""

    id: str
    question: str
    doc_ids: list[str]
    answerable: bool
    lang: str
    must_contain: list[str]


def read_article(path: Path) -> Article:
    opening, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    assert opening == "", f"{path} has text before its front matter"
    return Article(path=path, front=yaml.safe_load(front), body=body)


def numbers(article: Article) -> set[str]:
    """Every number that the customer reads, written the same way in both languages."""
    text = STEP_NUMBER.sub("", LINK.sub("", article.body))
    if article.lang == "es":
        text = re.sub(r"(\d)\.(\d{3})\b", r"\1\2", text).replace(",", ".")
    else:
        text = re.sub(r"(\d),(\d{3})\b", r"\1\2", text)
    return set(re.findall(r"\d+(?:[.:]\d+)?", text))


def running_text(article: Article) -> str:
    """The body in one line and lower case: a phrase may be wrapped in the file."""
    return " ".join(article.body.split()).casefold()


def name(value: Article | Question) -> str:
    return value.id


ARTICLES = [read_article(path) for path in sorted(SAMPLE.glob("*/*.md"))]
BY_ID = {article.id: article for article in ARTICLES}
SPANISH = [article for article in ARTICLES if article.lang == "es"]
ASKED = [
    Question(**json.loads(line)) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()
]
ANSWERABLE = [question for question in ASKED if question.answerable]


def test_there_are_enough_articles_in_both_languages() -> None:
    languages = Counter(article.lang for article in ARTICLES)
    assert set(languages) == {"en", "es"}
    assert languages["en"] >= 40
    assert languages["es"] >= 20


def test_the_folder_holds_articles_only() -> None:
    files = {path for path in SAMPLE.rglob("*") if path.is_file()}
    assert files == {article.path for article in ARTICLES}


def test_ids_titles_and_addresses_are_unique() -> None:
    assert len(BY_ID) == len(ARTICLES)
    assert len({str(article.front["title"]) for article in ARTICLES}) == len(ARTICLES)
    assert len({str(article.front["url"]) for article in ARTICLES}) == len(ARTICLES)


def test_every_topic_has_english_and_spanish_articles() -> None:
    for language in ("en", "es"):
        found = {article.front["topic"] for article in ARTICLES if article.lang == language}
        assert found == TOPICS


@pytest.mark.parametrize("article", ARTICLES, ids=name)
def test_front_matter_is_complete_and_agrees_with_the_file(article: Article) -> None:
    assert set(article.front) == {"id", "title", "lang", "topic", "url", "updated"}
    assert article.front["lang"] == article.lang
    assert article.id == f"{article.slug}-{article.lang}"
    assert article.front["url"] == f"{HELP_CENTRE}/{article.lang}/{article.slug}"
    assert str(article.front["title"]).strip()
    assert isinstance(article.front["updated"], date)


@pytest.mark.parametrize("article", ARTICLES, ids=name)
def test_an_article_is_short_and_has_headings(article: Article) -> None:
    assert 120 <= len(WORD.findall(LINK.sub("", article.body))) <= 350
    assert len(re.findall(r"^## \S", article.body, re.MULTILINE)) >= 2
    assert not re.findall(r"^# ", article.body, re.MULTILINE), "the title is in the front matter"


@pytest.mark.parametrize("article", ARTICLES, ids=name)
def test_every_article_that_is_mentioned_exists(article: Article) -> None:
    addresses = {str(other.front["url"]): other for other in ARTICLES}
    targets = LINK.findall(article.body)
    assert len(targets) == article.body.count("]("), "a link is broken over lines or nested"
    assert set(targets) <= set(addresses)
    assert article.front["url"] not in targets, "an article leads to itself"


@pytest.mark.parametrize("article", SPANISH, ids=name)
def test_a_spanish_article_leads_to_spanish_ones_and_announces_english(article: Article) -> None:
    for text, target in re.findall(r"\[([^\]]+)\]\(([^)]*)\)", article.body):
        slug = target.rsplit("/", 1)[1]
        translated = f"{slug}-es" in BY_ID
        assert target == f"{HELP_CENTRE}/{'es' if translated else 'en'}/{slug}"
        assert translated is not text.endswith("(en inglés)")


@pytest.mark.parametrize("article", SPANISH, ids=name)
def test_a_spanish_article_agrees_with_its_english_one(article: Article) -> None:
    english = BY_ID[f"{article.slug}-en"]
    for key in ("topic", "updated"):
        assert article.front[key] == english.front[key]
    assert numbers(article) == numbers(english)


def test_numbers_are_read_alike_in_both_languages() -> None:
    texts = {"en": "1. Pay €1,500 or €4.90 by 13:00", "es": "1. Paga 1.500 € o 4,90 € hasta 13:00"}
    for language, text in texts.items():
        article = Article(path=Path(language, "x.md"), front={}, body=text)
        assert numbers(article) == {"1500", "4.90", "13:00"}


@pytest.mark.parametrize("article", ARTICLES, ids=name)
def test_contact_details_are_fictional_and_the_same_everywhere(article: Article) -> None:
    hosts = set(re.findall(r"[\w.-]+\.(?:com|es|org|net|eu|example)\b", article.body))
    assert hosts <= {"casalumbre.example", "help.casalumbre.example"}
    phones = set(re.findall(r"\+34[\d ]+\d", article.body))
    assert phones <= {"+34 900 000 123", "+34 960 000 123"}
    boxes = set(re.findall(r"(\w+)@casalumbre\.example", article.body))
    departments = {"empresas", "taller", "privacidad", "reclamaciones"}
    assert boxes <= {"hola", "noticias"} | departments


def test_there_are_a_hundred_questions_half_in_each_language() -> None:
    assert len({question.id for question in ASKED}) == 100
    assert len({question.question.casefold() for question in ASKED}) == 100
    assert Counter(question.lang for question in ASKED) == {"en": 50, "es": 50}
    assert len(ANSWERABLE) == 75


@pytest.mark.parametrize("question", ANSWERABLE, ids=name)
def test_an_answerable_question_is_answered_by_its_articles(question: Question) -> None:
    assert question.doc_ids
    texts = [running_text(BY_ID[doc_id]) for doc_id in question.doc_ids]
    assert 1 <= len(question.must_contain) <= 2
    for wanted in question.must_contain:
        assert any(wanted.casefold() in text for text in texts), wanted


@pytest.mark.parametrize("question", ANSWERABLE, ids=name)
def test_articles_are_named_in_the_customers_language_where_they_exist(question: Question) -> None:
    for doc_id in question.doc_ids:
        article = BY_ID[doc_id]
        translated = f"{article.slug}-{question.lang}" in BY_ID
        assert article.lang == (question.lang if translated else "en")


def test_an_unanswerable_question_names_nothing() -> None:
    for question in ASKED:
        if not question.answerable:
            assert question.doc_ids == []
            assert question.must_contain == []


def test_every_article_answers_a_question() -> None:
    named = {doc_id for question in ASKED for doc_id in question.doc_ids}
    assert named == set(BY_ID)
