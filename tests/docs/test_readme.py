"""The first screen shows a request and its answer: they are asked again here, so that the page cannot promise what is not so."""

import json
import re
from typing import Any

import pytest
from tests.api.marketplace import Market
from tests.docs.reading import ROOT, block, fenced

README = (ROOT / "README.md").read_text("utf-8")
DAY = re.compile(r"\d{4}-\d{2}-\d{2} \(America")


def shown(said: dict[str, Any]) -> dict[str, Any]:
    """What the page's filter leaves of an answer."""
    reason = said["verdict"]["reasons"][0]
    way = next(way["says"]["en"] for way in said["verdict"]["ways"] if way.get("proof"))
    return {
        "status": said["status"],
        "code": said["code"],
        "says": reason["says"],
        "source": reason["source"],
        "file": reason["file"],
        "would_pass": way,
    }


def dateless(tree: Any) -> Any:
    """The order of the page was delivered on another day than that of the test."""
    return json.loads(DAY.sub("DAY (America", json.dumps(tree, ensure_ascii=False)))


@pytest.mark.requirement("E-01", "E-02", "E-03", "E-05")
async def test_the_request_on_the_first_screen_is_answered_as_it_says(market: Market) -> None:
    asked = re.search(r"--json '(.+)'", block(README, "request"))
    assert asked
    path = f"/v1/orders/{market.orders['A1']}/cases"
    answer = await market.call("buyer_1", "POST", path, json.loads(asked[1]), idempotency_key="vase-1")
    assert dateless(shown(answer.json())) == dateless(json.loads(fenced(block(README, "answer")))), json.dumps(
        shown(answer.json()), indent=2, ensure_ascii=False
    )


def test_the_first_screen_names_the_two_commands() -> None:
    first = "\n".join(README.splitlines()[:12])
    assert "make run" in first
    assert "make test" in first
