"""``relevo kb`` as a person or a script uses it: output, exit codes, one sentence for each error."""

import json
from pathlib import Path

import pytest

from bot.cli.kb_output import Pace, print_report
from knowledge import IngestReport
from tests.knowledge.command import relevo
from tests.knowledge.origins.site import running_site


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "help"
    folder.mkdir()
    (folder / "returns.md").write_text("# Returns\n\nSend it back within 30 days.")
    (folder / "entrega.md").write_text("# Entrega\n\nLos pedidos llegan en dos días a tu casa.")
    return folder


def test_add_list_search_and_remove(tmp_path: Path, folder: Path) -> None:
    added = relevo(tmp_path, "kb", "add", folder, "--json")
    assert (added.returncode, added.stderr) == (0, "")
    assert json.loads(added.stdout)["added"] == ["help/entrega.md", "help/returns.md"]

    listed = json.loads(relevo(tmp_path, "kb", "list", "--json").stdout)
    assert [(d["doc_id"], d["language"]) for d in listed] == [
        ("help/entrega.md", "es"),
        ("help/returns.md", "en"),
    ]

    (best, *_) = json.loads(relevo(tmp_path, "kb", "search", "llegan los pedidos", "--json").stdout)
    assert best["doc_id"] == "help/entrega.md"
    assert best["excerpt"] == "Los pedidos llegan en dos días a tu casa."

    removed = relevo(tmp_path, "kb", "remove", "help/entrega.md")
    assert removed.returncode == 0
    assert (
        removed.stdout == f"Removed help/entrega.md; it comes back when {folder} is read again.\n"
    )
    again = relevo(tmp_path, "kb", "remove", "help/entrega.md")
    assert again.returncode == 1
    assert "relevo kb list" in again.stderr


def test_some_bad_documents_are_named_and_the_run_succeeds(tmp_path: Path, folder: Path) -> None:
    (folder / "empty.md").touch()
    done = relevo(tmp_path, "kb", "add", folder)
    assert done.returncode == 0
    assert done.stdout == (
        "2 added, 0 changed, 0 unchanged, 0 removed, 0 skipped, 1 failed.\n"
        "added: help/entrega.md, help/returns.md\n"
    )
    assert done.stderr == (
        f"{folder / 'empty.md'}: it is empty: write something into it or take it away.\n"
    )


@pytest.mark.parametrize("name", ["nowhere", "empty.md"])
def test_a_run_that_loads_nothing_fails(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty.md").touch()
    done = relevo(tmp_path, "kb", "add", tmp_path / name)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_a_path_that_does_not_exist_fails_though_the_rest_is_loaded(
    tmp_path: Path, folder: Path
) -> None:
    done = relevo(tmp_path, "kb", "add", folder, "nowhere")
    assert done.returncode == 1
    assert done.stdout.startswith("2 added")
    assert done.stderr == "nowhere: there is no such file or folder: check the path.\n"


def test_sync_reads_again_what_was_added_and_says_what_it_did(tmp_path: Path, folder: Path) -> None:
    (folder / "logo.xyz").touch()
    relevo(tmp_path, "kb", "add", "help")
    (folder / "returns.md").write_text("# Returns\n\nExchange it.")
    (folder / "entrega.md").unlink()
    (folder / "new.md").write_text("Gift cards.")
    done = relevo(tmp_path, "kb", "sync", "--json")
    assert done.returncode == 0
    said = json.loads(done.stdout)
    assert (said["added"], said["changed"]) == (["help/new.md"], ["help/returns.md"])
    assert said["removed"] == ["help/entrega.md"]
    assert said["skipped"] == [
        {"path": "*.xyz", "reason": "1 of a format that a folder is not searched for"}
    ]
    folder.rename(tmp_path / "moved")
    away = relevo(tmp_path, "kb", "sync")
    assert away.returncode == 1
    assert away.stderr == f"{folder}: there is no such file or folder: check the path.\n"
    assert away.stdout == "0 added, 0 changed, 0 unchanged, 0 removed, 0 skipped, 1 failed.\n"


def test_a_place_is_listed_and_forgotten_as_it_was_given(tmp_path: Path, folder: Path) -> None:
    relevo(tmp_path, "kb", "add", "help")
    (first, _) = relevo(tmp_path, "kb", "list").stdout.splitlines()
    assert first == f"help/entrega.md  [es]  Entrega  ({folder})"
    forgotten = relevo(tmp_path, "kb", "remove", "help")
    assert forgotten.stdout == "Forgot help and removed its documents, 2 in number.\n"
    synced = relevo(tmp_path, "kb", "sync")
    assert synced.returncode == 0
    assert "nothing to read again" in synced.stderr


def test_a_page_is_read_from_a_host_that_the_settings_open(tmp_path: Path) -> None:
    with running_site() as site:
        site.pages["/returns"] = "Returns"
        refused = relevo(tmp_path, "kb", "add", site.url("/returns"))
        assert refused.returncode == 1
        assert refused.stderr.count("\n") == 1
        assert f"put {site.host} into knowledge.allow_hosts" in refused.stderr
        assert site.paths == []
        (tmp_path / "relevo.toml").write_text(f'knowledge.allow_hosts = ["{site.host}"]\n')
        added = relevo(tmp_path, "kb", "add", site.url("/returns"))
        assert (added.returncode, added.stderr) == (0, "")
        assert f"added: {site.url('/returns')}\n" in added.stdout
        synced = json.loads(relevo(tmp_path, "kb", "sync", "--json").stdout)
        assert synced["unchanged"] == [site.url("/returns")]
    away = relevo(tmp_path, "kb", "sync")
    assert away.returncode == 1
    assert away.stderr.count("\n") == 1


@pytest.mark.parametrize("host", ["https://wiki.intranet", "*.intranet", "wiki/intranet", ""])
def test_only_hosts_are_opened(host: str, tmp_path: Path) -> None:
    (tmp_path / "relevo.toml").write_text(f'knowledge.allow_hosts = ["{host}"]\n')
    wrong = relevo(tmp_path, "kb", "list")
    assert wrong.returncode == 2
    assert "knowledge.allow_hosts" in wrong.stderr


def test_wrong_use_and_wrong_settings_give_2(tmp_path: Path) -> None:
    assert relevo(tmp_path, "kb", "add").returncode == 2
    (tmp_path / "relevo.toml").write_text("data_dirr = 'x'\n")
    wrong = relevo(tmp_path, "kb", "list")
    assert wrong.returncode == 2
    assert "data_dirr" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_a_damaged_index_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data" / "knowledge").mkdir(parents=True)
    (tmp_path / "data" / "knowledge" / "index.sqlite").write_text("broken " * 1_000)
    done = relevo(tmp_path, "kb", "search", "anything")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "damaged" in done.stderr


def test_many_names_are_cut_and_the_pace_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(IngestReport(added=tuple(f"d{n}" for n in range(12))), as_json=False)
    assert capsys.readouterr().out.endswith("d8, d9 and 2 more\n")
    pace = Pace()
    assert [pace.rate(0, 10.0), pace.rate(5, 12.0), pace.rate(0, 20.0), pace.rate(9, 21.0)] == [
        "",
        "2.5/s",
        "",
        "9.0/s",
    ]
