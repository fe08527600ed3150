"""Repositories are copied by git, which gets no say in anything else."""

import asyncio
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from knowledge import EmbeddedKnowledge, ingest
from knowledge.loading.ingest import IngestReport, forget, known_origins, sync
from knowledge.origins import WebRules
from tests.knowledge.origins.site import Site, redirect

GIT = shutil.which("git") or "git"


class Repository:
    """A bare repository with a checkout beside it, in which a test writes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / "handbook.git"
        self.checkout = folder / "checkout"
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.path), at=folder)
        self.git("clone", "--quiet", str(self.path), str(self.checkout), at=folder)

    def git(self, *arguments: str, at: Path | None = None) -> None:
        subprocess.run(
            [GIT, "-c", "user.name=A", "-c", "user.email=a@b.example", *arguments],
            cwd=at or self.checkout,
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder)},
            check=True,
            capture_output=True,
        )

    def commit(self, **files: str | None) -> None:
        """Write files (``a__b_md`` is ``a/b.md``), or delete those without content."""
        for name, text in files.items():
            file = self.checkout / name.replace("__", "/").replace("_", ".")
            file.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                file.unlink()
            else:
                file.write_text(text)
        self.push()

    def push(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=x")
        self.git("push", "--quiet", "origin", "HEAD:main")

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer as a server of git does, by git's own program for that."""
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": request.path,
            "QUERY_STRING": request.query_string,
            "REQUEST_METHOD": request.method,
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        }
        process = await asyncio.create_subprocess_exec(
            GIT, "http-backend", env=environment,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        output, _ = await process.communicate(await request.read())
        head, _, body = output.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        status = int(headers.pop("Status", "200").split()[0])
        return web.Response(status=status, body=body, headers=headers)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    (tmp_path / "git").mkdir()
    repository = Repository(tmp_path / "git")
    repository.commit(returns_md="# Returns\n\nThirty days.", es__entrega_md="Dos días.", x_py="x")
    return repository


@pytest.fixture
def address(repository: Repository, site: Site) -> str:
    site.otherwise = repository.serve
    return site.url("/handbook.git")


def refusal(knowledge: EmbeddedKnowledge, given: str, rules: WebRules) -> str:
    ((what, sentence),) = ingest(knowledge, [given], rules=rules).failed
    assert what == given
    assert ": " in sentence
    assert "\n" not in sentence
    assert known_origins(knowledge) == ()
    return sentence


def test_a_repository_is_read_over_the_network(
    knowledge: EmbeddedKnowledge, address: str, rules: WebRules
) -> None:
    report = ingest(knowledge, [address], rules=rules)
    assert report.added == ("handbook/es/entrega.md", "handbook/returns.md")
    assert report.skipped == (("*.py", "1 of a format that a folder is not searched for"),)
    assert [(one.kind, one.address) for one in known_origins(knowledge)] == [("git", address)]
    documents = knowledge.documents_now()
    assert [document.source for document in documents] == [
        f"{address}/es/entrega.md",
        f"{address}/returns.md",
    ]
    assert [document.language for document in documents] == ["es", "en"]


@pytest.mark.parametrize("where", ["here", "there"])
def test_a_repository_is_read_again(
    where: str, knowledge: EmbeddedKnowledge, repository: Repository, address: str, rules: WebRules
) -> None:
    ingest(knowledge, [repository.path if where == "here" else address], rules=rules)
    repository.commit(returns_md="# Returns\n\nSixty days.", es__entrega_md=None, new_md="Gifts.")
    report = sync(knowledge, rules=rules)
    assert report.added == ("handbook/new.md",)
    assert report.changed == ("handbook/returns.md",)
    assert report.removed == ("handbook/es/entrega.md",)
    again = sync(knowledge, rules=rules)
    assert again.unchanged == ("handbook/new.md", "handbook/returns.md")


def test_a_checkout_is_simply_a_folder(
    knowledge: EmbeddedKnowledge, repository: Repository
) -> None:
    report = ingest(knowledge, [repository.checkout])
    assert report.added == ("checkout/returns.md", "checkout/es/entrega.md")
    assert [one.kind for one in known_origins(knowledge)] == ["folder"]


def test_a_repository_is_forgotten_by_its_address(
    knowledge: EmbeddedKnowledge, address: str, rules: WebRules
) -> None:
    ingest(knowledge, [address], rules=rules)
    assert forget(knowledge, address) == ("handbook/es/entrega.md", "handbook/returns.md")
    assert sync(knowledge, rules=rules) == IngestReport()


def test_a_repository_that_is_away_keeps_its_documents(
    knowledge: EmbeddedKnowledge, site: Site, address: str, rules: WebRules
) -> None:
    ingest(knowledge, [address], rules=rules)
    for answer in (web.Response(status=503), web.Response(status=404), redirect("/x.git")):
        site.pages["/handbook.git/info/refs"] = answer
        report = sync(knowledge, rules=rules)
        assert (report.unreached, report.removed) == ((address,), ())
    del site.pages["/handbook.git/info/refs"]
    assert len(sync(knowledge, rules=rules).unchanged) == 2


def test_git_goes_to_the_address_that_was_checked(
    knowledge: EmbeddedKnowledge, repository: Repository, site: Site
) -> None:
    """No name server knows this name: only the check has said where it is."""
    site.otherwise = repository.serve
    name = f"git.invalid:{site.port}"
    looked_up: list[str] = []

    def look_up(host: str, _port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"]

    pinned = WebRules(allow_hosts=frozenset({name}), lookup=look_up)
    report = ingest(knowledge, [f"http://{name}/handbook.git"], rules=pinned)
    assert len(report.added) == 2
    assert looked_up == ["git.invalid"]


@pytest.mark.parametrize("inside", ["10.0.0.1", "127.0.0.1", "::1", "169.254.169.254"])
def test_no_repository_leads_inside(inside: str, knowledge: EmbeddedKnowledge) -> None:
    rules = WebRules(lookup=lambda _host, _port: [inside])
    assert "internal" in refusal(knowledge, "https://help.example/handbook.git", rules)


def test_a_redirect_of_a_repository_is_not_followed(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules, canary: Site
) -> None:
    site.pages["/handbook.git/info/refs"] = redirect(canary.url("/handbook.git/info/refs"))
    refusal(knowledge, site.url("/handbook.git"), rules)


def test_alternates_of_a_repository_are_not_followed(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules, canary: Site
) -> None:
    """A server without git's protocol names another one that has the objects."""
    commit = "a" * 40
    site.pages["/x.git/info/refs"] = web.Response(text=f"{commit}\trefs/heads/main\n")
    site.pages["/x.git/HEAD"] = web.Response(text="ref: refs/heads/main\n")
    site.pages["/x.git/objects/info/http-alternates"] = web.Response(text=canary.url("/x/objects/"))
    refusal(knowledge, site.url("/x.git"), rules)


def test_plain_http_is_for_opened_hosts_alone(knowledge: EmbeddedKnowledge) -> None:
    rules = WebRules(lookup=lambda _host, _port: ["8.8.8.8"])
    assert "https" in refusal(knowledge, "http://help.example/handbook.git", rules)


def test_submodules_are_not_fetched(
    knowledge: EmbeddedKnowledge, repository: Repository, address: str, rules: WebRules,
    canary: Site,
) -> None:  # fmt: skip
    module = f'[submodule "m"]\n\tpath = m\n\turl = {canary.url("/m.git")}\n'
    (repository.checkout / ".gitmodules").write_text(module)
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{'b' * 40},m")
    repository.git("add", ".gitmodules")
    repository.git("commit", "--quiet", "--message=x")
    repository.git("push", "--quiet", "origin", "HEAD:main")
    assert len(ingest(knowledge, [address], rules=rules).added) == 2


def test_links_are_not_read(
    knowledge: EmbeddedKnowledge, repository: Repository, tmp_path: Path
) -> None:
    (tmp_path / "salaries.md").write_text("Salaries.")
    (repository.checkout / "link.md").symlink_to(tmp_path / "salaries.md")
    (repository.checkout / "up").symlink_to(tmp_path)
    repository.commit(_hidden_md="Hidden.")
    assert ingest(knowledge, [repository.path]).added == (
        "handbook/es/entrega.md",
        "handbook/returns.md",
    )


@pytest.mark.parametrize("name", [b"\xff.md", b"a\x1b[31m.md"])
def test_names_that_cannot_be_shown_are_skipped(
    name: bytes, knowledge: EmbeddedKnowledge, repository: Repository
) -> None:
    (repository.checkout / os.fsdecode(name)).write_text("Text.")
    repository.push()
    report = ingest(knowledge, [repository.path])
    assert len(report.added) == 2
    assert repr(os.fsdecode(name)) in dict(report.skipped)


def test_nothing_of_a_repository_or_its_users_settings_is_run(
    knowledge: EmbeddedKnowledge, repository: Repository, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    ran, hooks = tmp_path / "ran", tmp_path / "home" / "template" / "hooks"
    hooks.mkdir(parents=True)
    script = f"#!/bin/sh\ntouch {ran}\n"
    for hook in (hooks / "post-checkout", repository.path / "hooks" / "post-upload"):
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(script)
        hook.chmod(0o700)
    settings = f'[init]\ntemplateDir = {hooks.parent}\n[filter "f"]\nsmudge = touch {ran}; cat\n'
    (tmp_path / "home" / ".gitconfig").write_text(settings)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (repository.checkout / ".gitattributes").write_text("*.md filter=f\n")
    repository.push()
    assert len(ingest(knowledge, [repository.path]).added) == 2
    assert not ran.exists()


def test_a_large_repository_is_refused(
    knowledge: EmbeddedKnowledge, repository: Repository
) -> None:
    (repository.checkout / "big.bin").write_bytes(os.urandom(3_000_000))
    repository.push()
    assert "1 MB" in refusal(knowledge, str(repository.path), WebRules(clone_bytes=1_000_000))


def test_a_server_that_does_not_answer_is_left_in_time(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    async def never(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(60)
        return web.Response()

    site.pages["/handbook.git/info/refs"] = never
    sentence = refusal(knowledge, site.url("/handbook.git"), replace(rules, clone_seconds=0.6))
    assert "0.6 seconds" in sentence


def test_a_repository_with_a_lock_says_so(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    site.pages["/handbook.git/info/refs"] = web.Response(
        status=401, headers={"WWW-Authenticate": "Basic"}
    )
    assert "login" in refusal(knowledge, site.url("/handbook.git"), rules)


def test_without_git_one_sentence_says_so(
    knowledge: EmbeddedKnowledge, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert "not installed" in refusal(knowledge, str(repository.path), WebRules())


def test_a_repository_without_documents_or_commits_is_told(
    knowledge: EmbeddedKnowledge, repository: Repository, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.git"
    repository.git("init", "--quiet", "--bare", str(empty))
    refusal(knowledge, str(empty), WebRules())
    shutil.rmtree(repository.checkout / "es")
    repository.commit(returns_md=None)
    assert "no documents" in refusal(knowledge, str(repository.path), WebRules())
