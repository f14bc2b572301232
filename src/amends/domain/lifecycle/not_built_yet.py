"""The rows of the case table that nothing brings about yet, and the capability that will. A test allows exactly these; the list ends empty."""

from typing import Final

REFUSING: Final = "refusing the parcel: refund after a refused delivery"
REPLACING: Final = "exchange: shipping and accepting the replacement"

NOT_BUILT_YET: Final[dict[tuple[int, str], str]] = {
    (10, "refuse_sign_agreed"): REFUSING,
    (11, "parcel_settled"): REFUSING,
    (12, "interception_confirmed"): REFUSING,
    (12, "refused_by_trusted_buyer"): REFUSING,
    (12, "parcel_back"): REFUSING,
    (19, "replacement_shipped"): REPLACING,
    (36, "replacement_delivered"): REPLACING,
    (19, "replacement_accepted"): REPLACING,
}
"""(row number, event) → what brings it."""
