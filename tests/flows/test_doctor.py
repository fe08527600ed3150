"""``relevo doctor`` over loopback platforms: a good installation, and everything that may be wrong."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.flows.complaints import COMPLAINTS, Complaint
from tests.flows.consulting import NOBODY, Consultation, Patient, a_patient
from tests.servers import RealServer

pytestmark = pytest.mark.processes


@pytest.fixture
async def patient(tmp_path: Path, private_redis_server: RealServer) -> AsyncGenerator[Patient]:
    async with a_patient(tmp_path, private_redis_server) as patient:
        yield patient


def keeps_its_secrets(patient: Patient, said: Consultation) -> bool:
    told = said.out + said.err
    secrets = patient.secrets | {"kept-in.the.wrong-place"}
    return bool(told) and not any(secret in told for secret in secrets)


async def test_a_good_installation_has_nothing_to_complain_of(patient: Patient) -> None:
    said = await patient.consult("--json")
    assert said.err == ""
    assert {found["health"] for found in said.findings} == {"good"}, said.out
    assert json.loads(said.out)["ok"] is True
    assert said.code == 0
    looked_at = {found["subject"].split()[0] for found in said.findings}
    assert looked_at == {"redis", "knowledge", "slack", "discord", "telegram", "desk", "memory"}
    assert keeps_its_secrets(patient, said)


async def test_it_reads_well_too(patient: Patient) -> None:
    patient.settings["RELEVO_DISCORD__TOKEN"] = "of.somebody.else"  # noqa: S105
    said = await patient.consult()
    lines = said.out.splitlines()
    assert said.code == 1
    assert lines[-1].startswith("✗ discord token")
    assert {line[0] for line in lines[:-1]} == {"✓"}
    assert said.err == ""
    assert keeps_its_secrets(patient, said)


@pytest.mark.parametrize("complaint", COMPLAINTS, ids=str)
async def test_what_is_wrong_is_named_with_its_cause_and_its_cure(
    patient: Patient, complaint: Complaint
) -> None:
    complaint.spoil(patient)
    said = await patient.consult("--json")
    assert said.err == ""
    named = [found for found in said.findings if found["subject"] == complaint.subject]
    assert [found["health"] for found in named] == [complaint.health], said.out
    cause, cure = (named[0]["text"].find(words) for words in (complaint.cause, complaint.cure))
    assert 0 <= cause < cure, named[0]["text"]
    assert named[0]["text"].endswith(".")
    assert json.loads(said.out)["ok"] is (complaint.code == 0)
    assert said.code == complaint.code
    assert keeps_its_secrets(patient, said)


async def test_one_trouble_is_not_reported_as_another(patient: Patient) -> None:
    """A platform that lacks something is set up all the same, and its desk waits for that alone."""
    del patient.settings["RELEVO_SLACK__APP_TOKEN"]
    said = await patient.consult("--json")
    bad = {found["subject"]: found["text"] for found in said.findings if found["health"] != "good"}
    assert set(bad) == {"slack", "desk"}
    assert bad["desk"].endswith("put that right first.")


@pytest.mark.parametrize("url", [NOBODY, None], ids=["no Redis", "a Redis that throws keys away"])
async def test_trouble_with_redis_is_told_once(patient: Patient, url: str | None) -> None:
    if url is None:
        patient.redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    else:
        patient.settings["RELEVO_REDIS__URL"] = url
    patient.settings["RELEVO_DESK__CHANNEL"] = patient.discord.desk_setting
    said = await patient.consult("--json")
    bad = {found["subject"]: found["text"] for found in said.findings if found["health"] != "good"}
    assert set(bad) == {"redis", "desk"}
    assert bad["desk"].endswith("put Redis right first.")
    looked_at = {found["subject"] for found in said.findings}
    assert {"slack token", "discord token", "telegram token"} <= looked_at
    assert said.code == 1
