"""``relevo eval`` as an admin uses it, on documents and questions of their own."""

import json
from pathlib import Path

import pytest

from bot.cli.calibrate import Fitted
from knowledge.answering.confidence import SHIPPED
from knowledge.evaluation.fitting import Fit, Quality
from tests.knowledge.command import relevo

DOCUMENTS = {
    "returns.md": "# Returns\n\nYou can send anything back within 30 days of its arrival.",
    "delivery.md": "# Delivery\n\nParcels reach the mainland in two days and the islands in six.",
    "guarantee.md": "# Guarantee\n\nCast iron pans have a guarantee of ten years.",
}
QUESTIONS = (
    ("r", "Can I send it back within 30 days?", "returns.md"),
    ("d", "When do parcels reach the islands?", "delivery.md"),
    ("u", "Do you repair bicycles?", None),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "help"
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text)
    return folder


def asked(tmp_path: Path, folder: str = "") -> Path:
    path = tmp_path / "questions.jsonl"
    rows = [
        {"id": id_, "question": text, "doc_ids": [folder + gold] if gold else [], "lang": "en"}
        for id_, text, gold in QUESTIONS
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_folder_of_documents_is_measured_apart_from_ones_own(
    tmp_path: Path, folder: Path
) -> None:
    details = tmp_path / "details.jsonl"
    file = asked(tmp_path, "help/")
    run = relevo(tmp_path, "eval", file, "--kb", folder, "--details", details, "--json")
    assert (run.returncode, run.stderr) == (0, "")
    figures = json.loads(run.stdout)
    assert {name: figures[name] for name in ("n", "recall@1", "mrr@10")} == {
        "n": 3,
        "recall@1": 1.0,
        "mrr@10": 1.0,
    }
    assert figures["answerable_auroc"] == 1.0
    assert figures["answer_f1"] is None, "no answer in words was given"
    assert 0 <= figures["aurc"] <= 1
    assert 0 <= figures["ece"] <= 1
    assert figures["curve"][-1]["coverage"] == 1.0
    assert set(figures["latency_ms"]) == {"p50", "p95"}
    rows = [json.loads(line) for line in details.read_text().splitlines()]
    assert [(row["id"], row["doc_ids"][:1]) for row in rows[:2]] == [
        ("r", ["help/returns.md"]),
        ("d", ["help/delivery.md"]),
    ]
    assert rows[0]["decision"] == ("answer" if rows[0]["confidence"] >= 0.4 else "unknown")
    assert "30 days" in rows[0]["answer"]
    assert not (tmp_path / "data").exists()


def test_ones_own_knowledge_is_measured_when_no_folder_is_named(
    tmp_path: Path, folder: Path
) -> None:
    assert relevo(tmp_path, "kb", "add", folder).returncode == 0
    run = relevo(tmp_path, "eval", asked(tmp_path, "help/"))
    assert run.returncode == 0
    assert "recall@1            1.0" in run.stdout


def test_a_folder_may_hold_its_documents_in_one_file(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    rows = [
        {"doc_id": name, "title": "", "content": text, "format": "md", "lang": "en"}
        for name, text in DOCUMENTS.items()
    ]
    (folder / "docs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "other.md").write_text("# Not asked for\n\nThis stands beside the documents.")
    run = relevo(tmp_path, "eval", asked(tmp_path), "--kb", folder, "--json")
    assert json.loads(run.stdout)["recall@1"] == 1.0


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["none.jsonl"], 1, "none.jsonl can't be read"),
        (["questions.jsonl", "--kb", "nowhere"], 1, "nowhere gave no documents to ask"),
        (["questions.jsonl", "--details", "no/such/file"], 1, "no/such/file can't be written"),
        ([], 2, "Missing argument"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    tmp_path: Path, arguments: list[str], code: int, sentence: str
) -> None:
    asked(tmp_path)
    run = relevo(tmp_path, "eval", *arguments)
    assert (run.returncode, run.stdout) == (code, "")
    assert sentence in run.stderr
    assert "Traceback" not in run.stderr


THINGS = [
    "kettle",
    "grinder",
    "wok",
    "ladle",
    "sieve",
    "whisk",
    "tagine",
    "apron",
    "mortar",
    "griddle",
    "steamer",
    "peeler",
    "rolling-pin",
    "thermometer",
    "casserole",
    "colander",
    "skillet",
    "corkscrew",
    "toaster",
    "teapot",
]
OTHERS = [
    "bicycles",
    "violins",
    "umbrellas",
    "tractors",
    "sofas",
    "helmets",
    "pianos",
    "tents",
    "canoes",
    "carpets",
]


def labelled(tmp_path: Path) -> Path:
    """Twenty questions that the help answers, and ten that it does not."""
    folder = tmp_path / "help"
    folder.mkdir()
    for years, thing in enumerate(THINGS, start=1):
        text = f"# The {thing}\n\nThe guarantee of the {thing} lasts {years} years."
        (folder / f"{thing}.md").write_text(text)
    asked = [(f"How long is the guarantee of the {one}?", [f"help/{one}.md"]) for one in THINGS]
    asked += [(f"Where can I get {one} repaired by you?", []) for one in OTHERS]
    path = tmp_path / "labelled.jsonl"
    rows = ({"question": text, "doc_ids": gold, "lang": "en"} for text, gold in asked)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_fit_is_used_at_once(tmp_path: Path) -> None:
    file = labelled(tmp_path)
    run = relevo(tmp_path, "eval", file, "--kb", tmp_path / "help", "--fit", "--json")
    assert (run.returncode, run.stderr) == (0, "")
    fit = json.loads(run.stdout)["fit"]
    assert fit["n"] == 30
    assert fit["method"] in {"shipped", "stretched"}
    assert fit["after"]["log_loss"] <= fit["before"]["log_loss"]
    assert (fit["risk"], fit["certified"]) == (0.05, False)
    after = json.loads(relevo(tmp_path, "eval", file, "--kb", tmp_path / "help", "--json").stdout)
    assert after["threshold"] == pytest.approx(fit["threshold"], abs=1e-4)
    assert after["selective_accuracy"] >= 0.95
    assert Path(fit["file"]).parent.name == "knowledge"


def test_a_fit_is_told_in_words_and_a_wrong_one_named(tmp_path: Path) -> None:
    file = labelled(tmp_path)
    run = relevo(tmp_path, "eval", file, "--kb", tmp_path / "help", "--fit", "--risk", "0.2")
    assert run.returncode == 0
    assert "fitted to 30 questions  before  after" in run.stdout
    assert "not certified" in run.stdout
    assert "a running Relevo uses it at once" in run.stdout
    [path] = tmp_path.rglob("calibration.json")
    path.write_text("{")
    refused = relevo(tmp_path, "ask", "How long is the guarantee?")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "calibration.json is no calibration" in refused.stderr


def test_too_few_questions_for_a_fit_are_refused(tmp_path: Path, folder: Path) -> None:
    run = relevo(tmp_path, "eval", asked(tmp_path, "help/"), "--kb", folder, "--fit")
    assert (run.returncode, run.stdout) == (1, "")
    assert "too few to fit" in run.stderr


def test_the_questions_are_not_overwritten_by_the_details(tmp_path: Path, folder: Path) -> None:
    file = asked(tmp_path, "help/")
    before = file.read_bytes()
    same = tmp_path / "help" / ".." / file.name
    run = relevo(tmp_path, "eval", file, "--kb", folder, "--details", same)
    assert (run.returncode, run.stderr) == (
        2,
        f"--details {same} is the file of the questions: name another file.\n",
    )
    assert file.read_bytes() == before


def test_half_of_a_surrogate_pair_is_kept_as_json_writes_it(tmp_path: Path, folder: Path) -> None:
    file, details = tmp_path / "questions.jsonl", tmp_path / "details.jsonl"
    file.write_text(json.dumps({"id": "\ud800", "question": "How long \ud800 is the guarantee?"}))
    run = relevo(tmp_path, "eval", file, "--kb", folder, "--details", details)
    assert (run.returncode, run.stderr) == (0, "")
    assert json.loads(details.read_text(encoding="utf-8"))["id"] == "\ud800"


def test_documents_of_another_product_are_used_as_little_as_for_customers(
    tmp_path: Path, folder: Path
) -> None:
    (folder / "returns.md").write_text(f"---\nproduct: app\n---\n{DOCUMENTS['returns.md']}")
    (tmp_path / "relevo.toml").write_text('[knowledge]\ntags = ["product:shop"]\n')
    details = tmp_path / "details.jsonl"
    run = relevo(tmp_path, "eval", asked(tmp_path), "--kb", folder, "--details", details)
    assert (run.returncode, run.stderr) == (0, "")
    found = [json.loads(line)["doc_ids"] for line in details.read_text().splitlines()]
    assert "help/returns.md" not in {doc_id for row in found for doc_id in row}
    assert found[1][0] == "help/delivery.md"


def test_a_forbidden_topic_is_decided_as_for_customers(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "relevo.toml").write_text('[[answers.rules]]\nforbidden = ["islands"]\n')
    details = tmp_path / "details.jsonl"
    run = relevo(tmp_path, "eval", asked(tmp_path), "--kb", folder, "--details", details)
    assert (run.returncode, run.stderr) == (0, "")
    decisions = [json.loads(line)["decision"] for line in details.read_text().splitlines()]
    assert decisions == ["answer", "offer_human", "unknown"]


def test_a_fit_of_questions_of_one_kind_is_json_too(tmp_path: Path) -> None:
    quality = Quality(answerable_auroc=float("nan"), ece=0.1, log_loss=0.5)
    fit = Fit(curve=SHIPPED, method="shipped", labels=40, before=quality, after=quality)
    path = tmp_path / "calibration.json"
    fitted = Fitted(fit=fit, threshold=None, risk=0.05, path=path, is_overruled=False)
    said = json.loads(json.dumps(fitted.as_dict(), allow_nan=False))
    assert said["after"] == {"answerable_auroc": None, "ece": 0.1, "log_loss": 0.5}
