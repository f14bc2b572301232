"""A carrier that speaks HTTP as our sandbox carrier does: POST /labels, /interceptions, /complaints, GET /parcels/{number}."""

from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from amends.gateways.calling import DONE, REFUSED, Caller
from amends.gateways.carriers import Intercepting, Labelled, Lodged, Place, Refused, Tracked, Unknown
from amends.gateways.wire import Answer

Said = TypeVar("Said", Labelled, Intercepting, Lodged, Tracked)
TRACK_CAP = 1024 * 1024


class _Problem(msgspec.Struct):
    code: str = ""


class HttpCarrier:
    """Implements `CarrierGateway` over kept connections; `total_s` bounds one call, connecting included."""

    def __init__(self, base_url: str, *, total_s: float = 10.0, token: str = "") -> None:
        self._caller = Caller(base_url, total_s=total_s, token=token)

    async def label(self, *, key: str, market: str, to: Place, reference: str) -> Labelled | Refused | Unknown:
        """See CarrierGateway."""
        return await self._post("/labels", key, {"market": market, "to": to, "reference": reference}, Labelled)

    async def intercept(self, *, key: str, carrier: str, tracking_number: str) -> Intercepting | Refused | Unknown:
        """See CarrierGateway."""
        return await self._post("/interceptions", key, {"carrier": carrier, "tracking_number": tracking_number}, Intercepting)

    async def complain(self, *, key: str, carrier: str, tracking_number: str, about: str | None) -> Lodged | Refused | Unknown:
        """See CarrierGateway."""
        said = {"carrier": carrier, "tracking_number": tracking_number, "about": about}
        return await self._post("/complaints", key, said, Lodged)

    async def track(self, *, carrier: str, tracking_number: str) -> Tracked | Refused | Unknown:
        """See CarrierGateway."""
        path = f"/parcels/{quote(tracking_number, safe='')}?carrier={quote(carrier, safe='')}"
        return _said(await self._caller.ask("GET", path, cap=TRACK_CAP), Tracked)

    async def close(self) -> None:
        """Let the kept connections go."""
        await self._caller.close()

    async def _post(self, path: str, key: str, body: dict[str, Any], shape: type[Said]) -> Said | Refused | Unknown:
        return _said(await self._caller.ask("POST", path, msgspec.json.encode(body), {"idempotency-key": key}), shape)


def _said(answer: Answer | str, shape: type[Said]) -> Said | Refused | Unknown:
    """Only a clear word is believed."""
    if isinstance(answer, str):
        return Unknown(reason=answer)
    try:
        if answer.status in DONE and not answer.cut:
            return msgspec.json.decode(answer.body, type=shape)
        if answer.status in REFUSED and (code := msgspec.json.decode(answer.body, type=_Problem).code):
            return Refused(code=code)
    except msgspec.DecodeError:
        pass
    return Unknown(reason="carrier_error")
