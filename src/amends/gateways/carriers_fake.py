"""A carrier in memory for tests: once per key, and it answers as it is told."""

from amends.gateways.carriers import Intercepting, Labelled, Lodged, Place, Refused, Seen, Tracked, Unknown


class FakeCarrier:
    """`interceptions` is what it answers to the next ones, `seen` what it has seen by number, `down` whether anybody answers."""

    def __init__(self) -> None:
        self.intercepting = Intercepting(can=True, cost=300, currency="CNY", reference="S-1")
        self.labelling: Labelled | Refused = Labelled(
            tracking_number="9400111899223197428497", carrier="usps", service="ground", cost=495, currency="USD"
        )
        self.seen: dict[str, list[Seen]] = {}
        self.down = False
        self.calls: list[tuple[str, str]] = []

    async def label(self, *, key: str, market: str, to: Place, reference: str) -> Labelled | Refused | Unknown:  # noqa: ARG002 -- the Protocol's shape
        """See CarrierGateway."""
        return self._told("label", key) or self.labelling

    async def intercept(self, *, key: str, carrier: str, tracking_number: str) -> Intercepting | Refused | Unknown:  # noqa: ARG002 -- the Protocol's shape
        """See CarrierGateway."""
        return self._told("intercept", key) or self.intercepting

    async def complain(self, *, key: str, carrier: str, tracking_number: str, about: str | None) -> Lodged | Refused | Unknown:  # noqa: ARG002 -- the Protocol's shape
        """See CarrierGateway."""
        return self._told("complain", key) or Lodged(reference=f"C-{about}")

    async def track(self, *, carrier: str, tracking_number: str) -> Tracked | Refused | Unknown:  # noqa: ARG002 -- the Protocol's shape
        """See CarrierGateway."""
        return self._told("track", tracking_number) or Tracked(events=tuple(self.seen.get(tracking_number, ())))

    def _told(self, what: str, key: str) -> Unknown | None:
        if self.down:
            return Unknown(reason="unreachable")
        self.calls.append((what, key))
        return None

    async def close(self) -> None:
        """Nothing is open."""
