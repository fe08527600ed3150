"""Paths of settings, and what was changed laid over what was started with: for any edits in any order."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app.live.checks import check_together
from bot.app.live.fitting import as_text, entry_of, fitted
from bot.app.live.planning import Draft, Planner
from bot.app.live.records import Record, change_by
from bot.vocabulary.steering import Edit, RefusedSettingError
from config.fields import field_at
from config.fixed import LIVE, why_fixed
from config.live import Ground
from config.overlay import Entry, edited, laid_over, merged
from config.paths import Path, Step, path_of, steps_of
from config.settings import Settings, load
from tests.live.kit import ana

NAMES = ("A", "b]", "c\\", "d.e")
FILE: dict[str, Any] = {
    "teams": [{"name": "A", "hours": ""}, {"name": "b]"}],
    "desk": {"brand": "Shop"},
    "answers": {"glossary": {"parcel": ["box"]}},
}

keys = st.from_regex(r"[A-Za-z0-9_-]+", fullmatch=True)
items = st.text(min_size=1).map(str.strip).filter(bool)


@st.composite
def paths(draw: st.DrawFn) -> Path:
    """Any path: a key, and then keys and items in any order."""
    flags = [False, *draw(st.lists(st.booleans(), max_size=4))]
    return tuple(Step(name=draw(items if flag else keys), is_item=flag) for flag in flags)


def team(name: str, *fields: str) -> str:
    named = (Step(name="teams"), Step(name=name, is_item=True), *(Step(name=one) for one in fields))
    return path_of(named)


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    """An edit of some settings, which may be refused."""
    name, low = draw(st.sampled_from(NAMES)), draw(st.integers(1, 3))
    return draw(
        st.sampled_from(
            [
                Edit(path="desk.brand", value=f"Shop {low}"),
                Edit(path="desk.brand"),
                Edit(path="escalation.answer_above", value=low / 10),
                Edit(path="escalation.answer_above"),
                Edit(path="answers.glossary.parcel", value=["box"] * low),
                Edit(path="answers.glossary.parcel", removes=True),
                Edit(path=team(name), value={"first_reply": {"low": low}}),
                Edit(path=team(name), removes=True),
                Edit(path=team(name)),
                Edit(path=team(name, "strategy"), value="round_robin"),
                Edit(path=team(name, "strategy")),
                Edit(path=team(name, "first_reply", "low"), value=low + 5),
                Edit(path=team(name, "first_reply", "low"), removes=True),
            ]
        )
    )


@settings(max_examples=50)
@given(paths())
def test_a_path_is_read_as_it_was_written(path: Path) -> None:
    assert steps_of(path_of(path)) == path


@given(st.text())
def test_no_text_breaks_the_reading_of_paths(text: str) -> None:
    path = steps_of(text)
    assert path is None or steps_of(path_of(path)) == path


def test_the_stronger_tree_wins_and_nothing_else_is_lost() -> None:
    weak = {"a": 1, "t": {"x": 1, "y": {"z": 1}}, "l": [1]}
    strong = {"t": {"y": {"z": 2, "w": 3}}, "l": [2], "a": {"b": 1}}
    assert merged(weak, strong) == {"a": {"b": 1}, "t": {"x": 1, "y": {"z": 2, "w": 3}}, "l": [2]}
    assert merged(strong, weak)["a"] == 1
    assert weak == {"a": 1, "t": {"x": 1, "y": {"z": 1}}, "l": [1]}, "nothing is changed"


GROUND = Ground(load(None, **FILE))


class Store:
    """Keeps an overlay as Redis would, and what was changed."""

    def __init__(self) -> None:
        self.ground = GROUND
        self.texts: dict[str, str] = {}
        self.log: list[Record] = []

    @property
    def current(self) -> Settings:
        return fitted(self.ground, self.texts, check_together).settings

    def planner(self) -> Planner:
        return Planner(
            ground=self.ground,
            check=check_together,
            stored=self.texts,
            fitted=fitted(self.ground, self.texts, check_together),
            number=len(self.log),
        )

    def take(self, draft: Draft) -> None:
        for path in draft.removes:
            del self.texts[path]
        self.texts |= draft.sets
        change = change_by(ana(), len(self.log) + 1, draft.old, draft.new, draft.undoes)
        self.log.append(Record(change=change, edits=draft.edits, before=draft.before))
        assert draft.settings == self.current, "what was planned is what is stored"
        assert draft.entries == {path: entry_of(text) for path, text in self.texts.items()}

    def change(self, changes: Sequence[Edit]) -> bool:
        try:
            self.take(self.planner().changed(changes))
        except RefusedSettingError:
            return False
        return True


def by_hand(tree: dict[str, Any], edit: Edit) -> None:
    """Do an edit that was allowed to a tree, as one would in the file."""
    path, value = steps_of(edit.path), deepcopy(edit.value)
    assert path is not None
    if path[0].name != "teams":
        table = tree.setdefault(path[0].name, {})
        for step in path[1:-1]:
            table = table.setdefault(step.name, {})
        if edit.removes:
            table.pop(path[-1].name, None)
        else:
            table[path[-1].name] = value
        return
    name = path[1].name
    found = {item["name"]: item for item in tree["teams"]}
    if len(path) == 2:
        found.pop(name, None)
        if not edit.removes:
            found[name] = {"name": name, **value}
    else:
        table = found[name]
        for step in path[2:-1]:
            table = table.setdefault(step.name, {})
        if edit.removes:
            table.pop(path[-1].name, None)
        else:
            table[path[-1].name] = value
    tree["teams"] = list(found.values())


@settings(max_examples=40)
@given(st.lists(edits(), max_size=8))
def test_edits_come_to_the_same_as_in_the_file(changes: list[Edit]) -> None:
    store, tree = Store(), deepcopy(FILE)
    for edit in changes:
        if (edit.value is not None or edit.removes) and store.change([edit]):
            by_hand(tree, edit)
    wanted = load(None, **tree)
    assert store.current.desk == wanted.desk
    assert store.current.escalation == wanted.escalation
    assert store.current.answers == wanted.answers
    assert {team.name: team for team in store.current.teams} == {t.name: t for t in wanted.teams}


@settings(max_examples=25)
@given(st.lists(st.lists(edits(), min_size=1, max_size=3), max_size=6))
def test_whatever_was_changed_can_be_taken_back_and_done_again(changes: list[list[Edit]]) -> None:
    store = Store()
    before: list[tuple[dict[str, str], Settings]] = []
    for several in changes:
        state = dict(store.texts), store.current
        if store.change(several):
            before.append(state)
    after = dict(store.texts), store.current
    undone = list(store.log)
    for record, (texts, known) in zip(reversed(undone), reversed(before), strict=True):
        store.take(store.planner().undone(record))
        assert (store.texts, store.current) == (texts, known)
    for record in store.log[len(undone) :][::-1]:
        store.take(store.planner().undone(record))
    assert (store.texts, store.current) == after


@settings(max_examples=25)
@given(st.lists(edits(), max_size=6))
def test_taking_back_all_paths_leaves_the_file(changes: list[Edit]) -> None:
    store = Store()
    for edit in changes:
        store.change([edit])
    for path in list(store.texts):
        if path in store.texts:
            store.change([Edit(path=path)])
    assert store.texts == {}
    assert store.current == store.ground.base


@given(
    st.builds(Entry, value=st.none() | st.text() | st.floats(allow_nan=False), by=st.integers(0))
)
def test_an_entry_is_read_as_it_was_written(entry: Entry) -> None:
    assert entry_of(as_text(entry)) == entry


def test_an_edit_takes_the_place_of_all_below_it_and_of_nothing_beside() -> None:
    entries = {"teams[A].hours": Entry(), "teams[AB]": Entry(), "teams[A]": Entry()}
    assert edited(entries, [("teams[A]", None)]) == {"teams[AB]": Entry()}
    assert laid_over(Settings, {}, {}) == {}


def test_every_setting_is_either_live_or_says_why_not() -> None:
    assert set(LIVE) <= set(Settings.model_fields)
    for name, fields in LIVE.items():
        for field in fields:
            path = (Step(name=name), Step(name=field))
            found = field_at(Settings, path)
            assert found is not None, f"{name}.{field} is no setting"
            assert why_fixed(path, found) == ""


@pytest.mark.parametrize("name", sorted(set(Settings.model_fields) - set(LIVE)))
def test_what_is_read_at_the_start_names_the_cure(name: str) -> None:
    views = Store().planner().views.below((Step(name=name),))
    assert all("start Relevo again" in shown.why_fixed for shown in views)
