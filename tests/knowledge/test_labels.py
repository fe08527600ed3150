"""Labels: who may be told, which product, until when; said in many ways, and never made wider."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vocabulary.knowledge import Audience
from knowledge.labels import (
    NO_LABELS,
    Labels,
    Relabelling,
    combine,
    contradicts,
    is_overdue,
    parse_labels,
    write_labels,
)
from knowledge.readers.labels import parse_date, parse_tag, read_labels

DAY = date(2027, 1, 31)
TAGS = st.sampled_from(["product:shop", "product:app", "version:1", "version:2", "beta"])
LABELS = st.builds(
    Labels,
    audience=st.none() | st.sampled_from(Audience),
    tags=st.sets(TAGS).map(lambda tags: tuple(sorted(tags))),
    review_by=st.none() | st.dates(),
)


@given(own=LABELS, above=st.lists(LABELS, max_size=3))
def test_no_document_is_for_more_people_than_anybody_said(own: Labels, above: list[Labels]) -> None:
    holds = combine(own, above)
    assert holds.audience is not None
    said = [one.audience for one in (own, *above) if one.audience is not None]
    assert holds.audience.rank == max((one.rank for one in said), default=0)


@given(own=LABELS, above=st.lists(LABELS, max_size=3))
def test_a_document_knows_its_tags_and_date_best(own: Labels, above: list[Labels]) -> None:
    holds = combine(own, above)
    keys = {tag.partition(":")[0] for tag in own.tags}
    assert {tag for tag in holds.tags if tag.partition(":")[0] in keys} == set(own.tags)
    dates = [one.review_by for one in above if one.review_by]
    assert holds.review_by == (own.review_by or min(dates, default=None))


@given(LABELS)
def test_labels_are_written_and_read_without_loss(labels: Labels) -> None:
    assert parse_labels(write_labels(labels)) == labels
    assert write_labels(NO_LABELS) == "{}"


@given(old=LABELS, new=LABELS)
def test_what_is_not_said_anew_stays(old: Labels, new: Labels) -> None:
    assert Relabelling().of(old) == old
    said = Relabelling(audience=new.audience, tags=new.tags, review_by=new.review_by).of(old)
    assert said == Labels(
        audience=new.audience or old.audience,
        tags=new.tags,
        review_by=new.review_by or old.review_by,
    )
    assert Relabelling(drops_review=True).of(old).review_by is None


@pytest.mark.parametrize(
    ("tags", "wanted", "expected"),
    [
        (["product:shop"], ["product:app"], True),
        (["product:shop"], ["product:shop"], False),
        (["product:shop", "product:app"], ["product:app"], False),
        (["product:shop"], ["version:2"], False),
        (["product:shop", "version:1"], ["product:shop", "version:2"], True),
        (["product:shop"], ["product:app", "product:shop"], False),
        (["beta"], ["product:shop"], False),
        ([], ["product:shop"], False),
        (["product:shop"], [], False),
    ],
)
def test_only_another_value_of_the_same_key_contradicts(
    tags: list[str], wanted: list[str], *, expected: bool
) -> None:
    assert contradicts(tags, wanted) is expected


@pytest.mark.parametrize("said", ["internal", " INTERNAL ", ["internal"], "interno", "Privado"])
def test_an_audience_may_be_said_in_two_languages(said: object) -> None:
    assert read_labels({"audience": said}) == (Labels(audience=Audience.INTERNAL), ())


@pytest.mark.parametrize(
    ("said", "audience"),
    [("public", "public"), ("Clientes", "public"), ("all", "public"), ("miembros", "members")],
)
def test_words_for_other_audiences(said: str, audience: str) -> None:
    assert read_labels({"Público": said})[0].audience == audience


@pytest.mark.parametrize("said", ["Admin", "none", True, 3, ["public", "Admin"], {"a": 1}, [[1]]])
def test_an_unknown_audience_is_internal_and_noted(said: object) -> None:
    labels, (note,) = read_labels({"audience": said}, where="line 3: ")
    assert labels.audience is Audience.INTERNAL
    assert note.startswith("line 3: its audience ")
    assert note.endswith("is none of public, members and internal, so that it is taken for "
                         "internal: write one of them")  # fmt: skip


@pytest.mark.parametrize("said", ["", None, [], "~", "null", "[]"])
def test_an_empty_audience_says_nothing(said: object) -> None:
    assert read_labels({"audience": said}) == (NO_LABELS, ())


def test_the_narrowest_of_several_audiences_counts() -> None:
    fields = {"audience": ["public", "internal"], "público": "members"}
    assert read_labels(fields)[0].audience is Audience.INTERNAL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-01-31", DAY),
        ("'2027-01-31'".strip("'"), DAY),
        ("2027/1/31", DAY),
        ("2027-01-31T10:00:00Z", DAY),
        ("31/01/2027", DAY),
        ("31.1.2027", DAY),
        ("01/31/2027", DAY),
        ("05/05/2027", date(2027, 5, 5)),
        ("03/04/2027", None),
        ("2027-02-30", None),
        ("31 de enero", None),
        ("2027", None),
        ("2027-01/31", None),
    ],
)
def test_a_date_is_read_when_it_can_mean_but_one(text: str, expected: date | None) -> None:
    assert parse_date(text) == expected


def test_an_unreadable_date_is_noted_and_ignored() -> None:
    labels, (note,) = read_labels({"review-by": "soon"})
    assert labels == NO_LABELS
    assert note == (
        "its review date 'soon' is ignored, because it is no date or may mean two: write it like "
        "2027-01-31"
    )


def test_tags_come_as_lists_texts_and_fields_of_their_own() -> None:
    fields = {
        "tags": ["Team: Ops ", "beta"],
        "product": "Shop, App",
        "versión": 2,
        "etiquetas": "[area:eu; area:us]",
    }
    labels, notes = read_labels(fields)
    assert labels.tags == (
        "area:eu", "area:us", "beta", "product:app", "product:shop", "team:ops", "version:2",
    )  # fmt: skip
    assert notes == ()


@given(st.text(max_size=200))
def test_any_text_is_survived(text: str) -> None:
    read_labels({"audience": text, "tags": text, "review_by": text, text: text})
    tag = parse_tag(text)
    assert tag is None or 0 < len(tag) <= 60


def test_on_the_day_itself_there_is_still_time() -> None:
    assert not is_overdue(DAY, DAY)
    assert is_overdue(DAY, date(2027, 2, 1))
    assert not is_overdue(None, DAY)


def test_audiences_grow_narrower_from_public_to_internal() -> None:
    order = sorted(Audience, key=lambda audience: audience.rank)
    assert order == [Audience.PUBLIC, Audience.MEMBERS, Audience.INTERNAL]
    assert [[asker.may_read(of) for of in order] for asker in order] == [
        [True, False, False], [True, True, False], [True, True, True],
    ]  # fmt: skip
