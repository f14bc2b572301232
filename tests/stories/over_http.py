"""Stories told over HTTP: a sandbox marketplace behind its interface, its worker beside it, and time moved by its own call.

Nothing here reaches past the interface but the first token, which `amends token` gives an operator, and the look at the end.
"""

import itertools
from datetime import datetime, timedelta
from typing import Any

import httpx

Body = dict[str, Any]
_keys = itertools.count(1)


class Refused(AssertionError):  # noqa: N818 - an answer, not an error of ours
    """The interface said no where the story goes on; `problem` is what it said."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(f"{answer.status_code} {answer.text}")
        self.status, self.problem = answer.status_code, answer.json()
        self.code = str(self.problem.get("code"))


class Person:
    """Somebody with a token; every call is a call of theirs."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self.client, self.token = client, token

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One call and its answer's JSON. Raises Refused for any answer but a good one."""
        head = {"authorization": f"Bearer {self.token}"} | headers
        answer = await self.client.request(method, path, json=body, headers=head)
        if not answer.is_success:
            raise Refused(answer)
        return answer.json() if answer.content else None

    async def get(self, path: str, **query: str) -> Any:
        return await self.call("GET", str(httpx.URL(path, params=query)) if query else path)

    async def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return await self.call("POST", path, {} if body is None else body, **({"idempotency-key": f"k{next(_keys)}"} | headers))

    async def ask(self, order: str, kind: str, reason: str, **more: Any) -> Body:
        """Open a case; its view."""
        case: Body = await self.post(f"/v1/orders/{order}/cases", {"kind": kind, "reason": reason, **more})
        return case

    async def case(self, case: Body | str) -> Body:
        """A case as it stands now."""
        found: Body = await self.get(f"/v1/cases/{case if isinstance(case, str) else case['id']}")
        return found

    async def move(self, case: Body | str, move: str, **body: Any) -> Body:
        """Make a move on a case as it stands now."""
        now = await self.case(case)
        moved: Body = await self.post(f"/v1/cases/{now['id']}/moves/{move}", body, **{"if-match": f'"{now["version"]}"'})
        return moved

    async def closed(self, case: Body | str, move: str) -> list[str]:
        """Why a move is closed to this person now; nothing where it is open."""
        found = next(m for m in (await self.case(case))["moves"] if m["move"] == move)
        return [] if found["open"] else list(found["reasons"])

    async def events(self, case: Body | str) -> list[str]:
        """The types of a case's events, in their order."""
        told = await self.get(f"/v1/cases/{case if isinstance(case, str) else case['id']}/events")
        return [event["type"] for event in told["events"]]


class Sandbox:
    """The marketplace. `platform` is its operator; `payments` what the provider executed; `carrier` answers as it is told."""

    def __init__(self, client: httpx.AsyncClient, platform: Person, payments: Any, carrier: Any) -> None:
        self.client, self.platform, self.payments, self.carrier = client, platform, payments, carrier
        self.shops: dict[str, int] = {}

    async def now(self) -> datetime:
        """The domain's moment; asking takes a second."""
        clock = await self.platform.call("POST", "/v1/sandbox/clock", {"advance_seconds": 1})
        return datetime.fromisoformat(clock["now"])

    async def later(self, **span: float) -> None:
        """Time passes, and what falls due on the way has happened."""
        await self._moved({"advance_seconds": int(timedelta(**span).total_seconds())})

    async def until(self, moment: str | datetime) -> None:
        """Time passes until this moment."""
        await self._moved({"set_to": moment if isinstance(moment, str) else moment.isoformat()})

    async def scan(self, shop: str, number: str, status: str, carrier: str = "usps") -> None:
        """A carrier tells of a parcel, now."""
        event = {"source": carrier, "event_id": f"{number}-{status}", "tracking_number": number, "status": status,
                 "occurred_at": (await self.now()).isoformat(), "shop_id": self.shops[shop]}  # fmt: skip
        answer = await self.platform.post("/v1/scans", {"scans": [event]})
        assert "problem" not in answer["scans"][0], answer

    async def _moved(self, body: Body) -> None:
        clock = await self.platform.call("POST", "/v1/sandbox/clock", body)
        assert clock["settled"], clock

    async def shop(self, reference: str, market: str, **more: Any) -> int:
        """A shop of a market."""
        told = {"shops": [{"reference": reference, "name": reference.title(), "market": market, "seller": reference, **more}]}
        self.shops[reference] = (await self.platform.post("/v1/shops", told))["shop_ids"][0]
        return self.shops[reference]

    async def person(self, kind: str, subject: str, **more: Any) -> Person:
        """Somebody new with a token of their own; `shop` is the reference of a seller's shop."""
        shop = more.pop("shop", None)
        body = {"kind": kind, "subject": subject, **({"shops": [self.shops[shop]], "permissions": ["*"]} if shop else {}), **more}
        made = await self.platform.post("/v1/tokens", body)
        return Person(self.client, made["token"])

    async def sell(self, shop: str, reference: str, currency: str, **more: Any) -> str:
        """An order of one line of 50.00, delivered three days ago; its id. `status` and `**more` tell it otherwise."""
        now = await self.now()
        status = more.pop("status", "delivered")
        ago: timedelta = more.pop("delivered_ago", timedelta(days=3))
        placed, shipped, delivered = (now - ago - timedelta(days=n) for n in (5, 3, 0))
        shipped_at = shipped.isoformat() if status in ("in_transit", "delivered", "completed") else None
        delivered_at = delivered.isoformat() if status in ("delivered", "completed") else None
        lines = more.pop("lines", [{"reference": "1", "sku": "VASE", "title": "Blue vase", "category": "home", "price": 5000}])
        paid = sum(line["price"] + line.get("shipping", 0) + line.get("tax", 0) for line in lines)
        parcel = {
            "status": "delivered" if delivered_at else "in_transit" if shipped_at else "not_shipped",
            **({"carrier": more.pop("carrier", "usps"), "tracking_number": f"9400{reference:0>18}"} if shipped_at else {}),
            "shipped_at": shipped_at,
            "delivered_at": delivered_at,
        }
        told = {
            "shop": shop,
            "reference": reference,
            "buyer": "mei",
            "currency": currency,
            "status": status,
            "placed_at": placed.isoformat(),
            "won_at": placed.isoformat() if more.get("sale_format") == "live_auction" else None,
            "paid_at": placed.isoformat(),
            "shipped_at": shipped_at,
            "delivered_at": delivered_at,
            "lines": lines,
            "payments": [{"sequence": 1, "method": "card", "amount": paid, "provider_reference": f"pay_{reference}"}],
            "parcels": [{key: value for key, value in parcel.items() if value is not None}],
        }
        known = {key: value for key, value in (told | more).items() if value is not None}
        taken = await self.platform.post("/v1/orders", {"orders": [known]})
        row = taken["orders"][0]
        assert "id" in row or "order_id" in row, row
        return str(row.get("order_id") or row["id"])
