"""What a question is understood as: synonyms, other languages, spelling, sections, the quotation."""

from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vocabulary.knowledge import Confidence, Query
from knowledge import ingest, open_embedded
from knowledge.answering.confidence import FEATURE_NAMES, Features, judge
from knowledge.answering.excerpts import Interest, extract, shorten
from knowledge.answering.kinds import Kind, Wish, negates, wanted_kind, wants_steps, wish_of
from knowledge.answering.sections import section_bonus
from knowledge.index.spelling import Speller
from knowledge.language.languages import document_language, language_code, language_of_path
from knowledge.language.synonyms import thesaurus
from knowledge.language.words import terms
from knowledge.questions import Question
from knowledge.ranking import Scorer, Statistics


def readings(text: str, *, asked: str, documents: str) -> set[str]:
    question = Question.of(Query(text=text, language=asked))
    return {name for term in question.terms(documents) for name, _ in term.readings}


def interest(text: str, language: str = "en") -> Interest:
    found = terms(text, language)
    return Interest(values=dict.fromkeys(found, 1.0), stands_for={term: term for term in found})


class TestQuestions:
    def test_synonyms_are_looked_for_too(self) -> None:
        assert set(terms("invoice", "en")) <= readings("my bill", asked="en", documents="en")
        assert set(terms("devolución", "es")) <= readings("devuelvo", asked="es", documents="es")

    def test_phrases_are_recognised(self) -> None:
        assert "voucher" in readings("a gift card", asked="en", documents="en")
        assert "voucher" not in readings("a gift", asked="en", documents="en")

    def test_words_are_translated_for_documents_in_another_language(self) -> None:
        spanish = readings("how do I get an invoice", asked="en", documents="es")
        assert set(terms("factura", "es")) <= spanish

    def test_earlier_questions_count_less_and_are_not_covered(self) -> None:
        query = Query(text="and to Peru?", language="en", history=("how long is delivery",))
        found = {term.term: term for term in Question.of(query).terms("en")}
        assert found["peru"].is_own
        assert not found["deliveri"].is_own
        assert found["deliveri"].weight < found["peru"].weight

    def test_everyday_words_count_less(self) -> None:
        query = Query(text="wrong invoice yesterday", language="en")
        weights = {term.word: term.weight for term in Question.of(query).terms("en")}
        assert weights["wrong"] < weights["invoice"]

    def test_every_concept_is_understood_in_both_languages(self) -> None:
        found = thesaurus()
        concepts = {number for numbers in found.by_term.values() for number in numbers}
        assert len(concepts) > 100
        for number in concepts:
            assert found.members.get((number, "en")) or found.members.get((number, "es"))


class TestSpelling:
    SPELLER = Speller(["password", "address", "shipping", "shopping", "order", "border", "ändern"])

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("pasword", ("password",)),
            ("passowrd", ("password",)),
            ("adress", ("address",)),
            ("shippng", ("shipping",)),
            ("oder", ("order",)),
            ("border", ("border",)),
            ("ord", ()),
            ("shxxxing", ()),
            ("ab12", ()),
            ("zzzzzz", ()),
        ],
    )
    def test_near_words_of_the_documents_are_found(
        self, written: str, meant: tuple[str, ...]
    ) -> None:
        assert self.SPELLER.correct(written) == meant

    @given(st.text(max_size=30))
    def test_any_word_is_survived(self, word: str) -> None:
        assert len(self.SPELLER.correct(word)) <= 3


class TestScores:
    STATISTICS = Statistics(
        passages=100, mean_length=5.0, frequencies={"refund": 5, "card": 40, "time": 50}
    )

    def scorer(self, text: str) -> Scorer:
        question = Question.of(Query(text=text, language="en"))
        return Scorer(question.terms("en"), self.STATISTICS, "en_")

    def test_scores_are_bounded_and_prefer_what_is_telling(self) -> None:
        scorer = self.scorer("refund card")
        both = scorer.score("", "", "en_refund en_card en_x en_y")
        rare = scorer.score("", "", "en_refund en_z en_x en_y")
        common = scorer.score("", "", "en_card en_z en_x en_y")
        none = scorer.score("", "", "en_z")
        assert 1 > both.score > rare.score > common.score > none.score == 0
        assert (both.coverage, none.coverage) == (1, 0)

    def test_words_that_no_document_has_lower_the_score(self) -> None:
        body = "en_refund en_x"
        known = self.scorer("refund").score("", "", body)
        strange = self.scorer("refund blorptastic").score("", "", body)
        assert strange.score < 0.6 * known.score
        assert strange.coverage < 0.5

    def test_title_and_headings_name_a_passage(self) -> None:
        scorer = self.scorer("refund")
        assert scorer.score("en_refund", "", "en_x").named == 1
        assert scorer.score("", "", "en_refund").named == 0

    def test_another_language_s_terms_do_not_meet(self) -> None:
        assert self.scorer("refund").score("", "", "es_refund").score == 0


class TestSections:
    def test_solutions_come_before_problems_and_links(self) -> None:
        order = [
            section_bonus(["Solution"], "1. Do.\n2. This.", Wish(steps=True)),
            section_bonus(["Solución"], "Haz esto.", Wish()),
            section_bonus(["Prices"], "It costs 3 €.", Wish()),
            section_bonus(["Issue"], "It fails.", Wish()),
            section_bonus(["Lecturas relacionadas"], "- Otro", Wish()),
        ]
        assert order == sorted(order, reverse=True)
        assert len(set(order)) == len(order)

    def test_a_section_with_the_expected_kind_comes_before_one_without(self) -> None:
        wish = Wish(kind=Kind.MONEY)
        priced = section_bonus([], "- **Spain**: 4.50 €\n- **Italy**: 9.90 €", wish)
        assert priced > section_bonus([], "It takes two days.", wish)

    def test_a_heading_that_negates_is_for_questions_that_do(self) -> None:
        headings = ["What we don't accept"]
        plain = section_bonus(headings, "Cheques.", wish_of("What do you accept?"))
        asked = section_bonus(headings, "Cheques.", wish_of("What don't you accept?"))
        assert plain < 0 <= asked

    def test_a_heading_that_asks_for_something_else_is_no_answer(self) -> None:
        wish = wish_of("Can I cancel my order?")
        assert section_bonus(["When do I get my money back?"], "At once.", wish) < 0

    def test_what_an_article_says_about_itself_answers_nothing(self) -> None:
        assert section_bonus([], "Este artículo muestra cómo.", Wish()) < 0


class TestKinds:
    @pytest.mark.parametrize(
        ("question", "kind"),
        [
            ("How much is shipping to France?", Kind.MONEY),
            ("¿Cuánto cuesta el envío?", Kind.MONEY),
            ("How long does delivery take?", Kind.TIME),
            ("¿Hasta cuándo puedo devolverlo?", Kind.TIME),
            ("when do I get my refund", Kind.TIME),
            ("What are your opening hours?", Kind.HOURS),
            ("¿Cuál es vuestro horario?", Kind.HOURS),
            ("How can I contact you?", Kind.CONTACT),
            ("How often should I oil it?", Kind.NUMBER),
            ("what payment methods do you accept", Kind.LIST),
            ("I get an error when I pay", None),
            ("How do I pay?", None),
            ("¿Cómo pago?", None),
        ],
    )
    def test_what_a_question_expects(self, question: str, kind: Kind | None) -> None:
        assert wanted_kind(question) is kind

    @pytest.mark.parametrize(
        ("kind", "text", "other"),
        [
            (Kind.MONEY, "It is €4.90.", "It takes 4 days."),
            (Kind.MONEY, "Cuesta 1.000 €.", "Son 1.000 piezas."),
            (Kind.TIME, "- **Spain**: Working days: 2–3", "It costs 3 €."),
            (Kind.TIME, "Tres días laborables", "Tres piezas"),
            (Kind.HOURS, "Monday to Friday 9:00–18:00", "Monday to Friday"),
            (Kind.CONTACT, "Call +34 900 000 123.", "Call us about order 12."),
            (Kind.CONTACT, "hola@tienda.example", "hola"),
        ],
    )
    def test_what_a_text_holds(self, kind: Kind, text: str, other: str) -> None:
        assert Wish(kind=kind).amount(text) > 0
        assert Wish(kind=kind).amount(other) == 0

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("What can't be changed", True),
            ("Lo que no aceptamos", True),
            ("Where we don’t deliver", True),
            ("I want to change my order", False),
            ("Nota sobre el envío", False),
        ],
    )
    def test_negation(self, text: str, expected: bool) -> None:  # noqa: FBT001
        assert negates(text) is expected


class TestQuotations:
    STEPS = "Do this:\n\n1. Open it.\n2. Press the red button.\n3. Wait."

    @pytest.mark.parametrize(
        ("question", "expected"),
        [
            ("How do I pay?", True),
            ("¿Cómo pago?", True),
            ("steps to install", True),
            ("What does it cost?", False),
            ("¿Cuánto cuesta?", False),
        ],
    )
    def test_questions_for_steps_are_recognised(self, question: str, expected: bool) -> None:  # noqa: FBT001
        assert wants_steps(question) is expected

    def test_steps_are_whole(self) -> None:
        assert extract(self.STEPS, interest("x"), "en", wish=Wish(steps=True)).text == self.STEPS
        assert extract(self.STEPS, interest("red button"), "en").text == self.STEPS

    def test_too_many_steps_say_that_they_go_on(self) -> None:
        steps = "\n".join(f"{n}. {'Press this long named thing. ' * 6}" for n in range(1, 12))
        text = extract(steps, interest("x"), "es", wish=Wish(steps=True)).text
        assert text.endswith("los demás pasos están en el artículo.")
        assert len(text) < 1_100
        assert "\n5. " in text

    def test_the_sentences_that_answer_are_chosen_from_a_long_text(self) -> None:
        filler = "Nothing of interest stands in this sentence here. " * 20
        text = f"{filler}\n\nThe refund takes five days. It goes to your card.\n\n{filler}"
        found = extract(text, interest("when does the refund take days"), "en")
        assert found.text.startswith("The refund takes five days. It goes to your card.")
        assert len(found.text) <= 600
        assert found.coverage == 1.0

    def test_an_item_brings_its_introduction(self) -> None:
        items = "\n".join(f"- **Country {n}**: {'some words ' * 6}" for n in range(12))
        text = f"Prices:\n\n{items}\n- **Peru**: 9 €"
        found = extract(text, interest("Peru"), "en").text
        assert found.startswith("Prices:")
        assert "**Peru**: 9 €" in found

    def test_nothing_ends_with_a_colon_that_introduces_nothing(self) -> None:
        text = "Refunds are quick. See also:\n\n```\n" + "code\n" * 200 + "```"
        assert not extract(text, interest("refunds"), "en").text.endswith(":")

    @given(st.text(alphabet="ab. \n-1`:*[]()", max_size=400))
    def test_any_passage_is_survived(self, passage: str) -> None:
        found = extract(passage, interest("ab"), "en")
        assert 0 <= found.coverage <= 1
        assert len(shorten(passage, interest("ab"), "en")) <= 242

    def test_lists_of_sources_show_one_line(self) -> None:
        text = "First.\n\nThe **refund** takes [five](https://x.example) days."
        assert shorten(text, interest("refund"), "en") == "The refund takes five days."


class TestConfidence:
    def judge(self, **changes: float) -> Confidence:
        values = {"coverage": 0.8, "named": 0.5, "cosine": 0.6, "words": 1.8}
        values |= {"ahead": 0.5, "ahead_in_words": 0.4}
        return judge(Features(**(values | changes)))

    @pytest.mark.parametrize("name", FEATURE_NAMES)
    def test_more_evidence_is_never_less_sure(self, name: str) -> None:
        values = [self.judge(**{name: step / 10}).value for step in range(11)]
        assert values == sorted(values)
        assert 0 < values[0] < values[-1] < 1

    def test_no_evidence_is_no_confidence(self) -> None:
        none = dict.fromkeys(FEATURE_NAMES, 0.0) | {"words": 2.5}
        assert self.judge(**none).value < 0.2

    def test_another_language_is_said(self) -> None:
        assert "another language" in self.judge(abroad=1.0).reasons[-1]
        assert not any("language" in reason for reason in self.judge().reasons)

    def test_one_document_alone_has_nothing_to_be_far_ahead_of(self, tmp_path: Path) -> None:
        folder = tmp_path / "docs"
        folder.mkdir()
        (folder / "a.md").write_text("# Returns\n\nYou return it within 30 days.")
        knowledge = open_embedded(tmp_path)
        ingest(knowledge, [folder])
        draft = knowledge.draft_now(Query(text="returns", language="en"))
        knowledge.close_now()
        assert draft is not None
        assert draft.features is not None
        assert all(0 <= value <= 1 for value in draft.features.values()[:3])
        assert 0 < draft.features.ahead < 1


class TestLanguages:
    @pytest.mark.parametrize(
        ("name", "code"),
        [("en-US", "en"), ("es_ES", "es"), (" PT ", "pt"), ("english", None), ("", None)],
    )
    def test_codes(self, name: str, code: str | None) -> None:
        assert language_code(name) == code

    @pytest.mark.parametrize(
        ("path", "code"),
        [("kb/es/x.md", "es"), ("kb/pt-BR/a/x.md", "pt"), ("kb/x.fr.md", "fr"), ("kb/x.md", None)],
    )
    def test_paths(self, path: str, code: str | None) -> None:
        assert language_of_path(PurePath(path)) == code

    def test_a_path_decides_only_for_short_texts(self) -> None:
        english = "Ask the service desk for a new laptop when yours is older than four years. " * 8
        assert document_language(english, PurePath("help/it/laptops.md")) == "en"
        assert document_language("Menu", PurePath("help/it/menu.md")) == "it"
