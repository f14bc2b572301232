"""What a whole story says to the logs, at every level, names nobody: no buyer, no address, no word of what they wrote."""

import io
import logging
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import asyncpg
import pytest
import structlog
from tests.stories.over_http import Person, Refused, Sandbox

from amends.gateways.logs import processors

CANARY = "canary9Kx"
MEI = f"{CANARY}-mei"
PHONE = f"+1 555 {CANARY}"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged, as the processes write it, with nothing held back."""
    kept = io.StringIO()
    structlog.configure(
        processors=processors(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.NOTSET),
        logger_factory=structlog.PrintLoggerFactory(kept),
        cache_logger_on_first_use=False,
    )
    yield kept
    structlog.reset_defaults()


async def live_through(sandbox: Sandbox) -> None:
    """A buyer whose name, words, numbers and proof are marked: asks, is refused, argues, is paid; some calls go wrong on the way."""
    await sandbox.shop("anna", "us")
    mei, anna = await sandbox.person("buyer", MEI), await sandbox.person("seller", f"{CANARY}-anna", shop="anna")
    sold = await sandbox.sell("anna", f"O-{CANARY}", "USD", buyer=MEI)
    said = {"note": f"{CANARY} broke it", "destination": f"IBAN {CANARY}"}
    with pytest.raises(Refused):
        await mei.ask(sold, "refund_only", f"{CANARY}", **said)
    with pytest.raises(Refused):
        await mei.get(f"/v1/orders/{CANARY}")
    case = await mei.ask(sold, "refund_only", "damaged", proof=[{"kind": "photo_defect", "text": f"{CANARY} shows"}], **said)
    await mei.post(f"/v1/cases/{case['id']}/messages", {"text": f"call me, {PHONE}"})
    await anna.move(case, "ask_for_proof", kinds=["photo_defect"], note=f"{CANARY} should show more")
    await mei.move(case, "submit_evidence", proof=[{"kind": "photo_defect", "text": f"{CANARY} shows more"}])
    await broken(mei, case)
    await anna.move(case, "reject", ground="other", note=f"{CANARY} did it")
    await mei.move(case, "escalate", note=f"{CANARY} says no")
    omar = await sandbox.person("platform", f"{CANARY}-omar", permissions=["cases.read", "disputes.rule"])
    await omar.move(case, "claim_review")
    await omar.move(case, "rule", ruling="buyer", liability="seller", rationale=f"{CANARY} has shown it.")
    await sandbox.later(days=30)
    assert (await mei.case(case))["state"] == "completed"


async def broken(mei: Person, case: Any) -> None:
    """The database refuses a row, and says in its error what stands in it."""
    refusal = asyncpg.CheckViolationError.new(
        {"C": "23514", "M": f"new row violates {CANARY}", "D": f"Failing row contains ({MEI}, {PHONE}).", "n": "a_check"}
    )
    with patch("amends.desk.desk.write", side_effect=refusal), pytest.raises(Refused) as wrong:
        await mei.move(case, "withdraw")
    assert wrong.value.status == 500


@pytest.mark.requirement("T-07")
async def test_the_logs_of_a_whole_story_name_nobody(
    sandbox: Sandbox, logged: io.StringIO, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    await live_through(sandbox)
    theirs = [
        record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))
    ]  # our own client
    seen = "\n".join([logged.getvalue(), *theirs, *capfd.readouterr()])
    assert '"command_broke"' in seen
    assert "a_check" in seen, "what broke is still told"
    assert '"notice"' in seen
    assert [line for line in seen.splitlines() if CANARY in line] == []
