"""What ``relevo doctor`` says of a good installation and of each that is spoilt in one way.

    python -m benchmarks doctor

No figures: the texts themselves are looked at. Of a spoilt installation the good findings are left out.
"""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import show
from tests.flows.complaints import COMPLAINTS, Complaint
from tests.flows.consulting import a_patient
from tests.servers import running_server


async def consult(complaint: Complaint | None) -> None:
    with TemporaryDirectory(prefix="relevo-") as folder:
        home = Path(folder)
        (home / "here").mkdir()
        with running_server(home) as redis:
            async with a_patient(home / "here", redis) as patient:
                if complaint is not None:
                    complaint.spoil(patient)
                said = await patient.consult()
        lines = said.out.splitlines()
        kept = [line for line in lines if complaint is None or not line.startswith("✓")]
        name = "everything is in order" if complaint is None else complaint.name
        print(f"\n# {name} → exit {said.code}, {len(lines)} findings", flush=True)
        print("\n".join(kept), said.err, flush=True)


async def main() -> None:
    for complaint in (None, *COMPLAINTS):
        await consult(complaint)
    show("relevo doctor", {"good installations": 1, "spoilt ones": len(COMPLAINTS)})


if __name__ == "__main__":
    asyncio.run(main())
