"""What happens to the demo's orders after the sale: each path is a request and what its people do, told in hours."""

from typing import Final

import msgspec

Hours = float | tuple[float, float]


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """One way that a case goes. `ago` is how many hours before now it was asked for, a range.

    `moves` are (hours, word): hours count from the asking, negative ones from now backwards. `sold` is how far the order had come:
    unshipped, packed, moving or delivered, `late_days` after the promised date; `sale` its format where the path needs one; `lane` the review lane that its live session was sent to; `refuses` the code that is expected.
    """

    times: int
    kind: str
    reason: str
    ago: tuple[float, float]
    moves: tuple[tuple[Hours, str], ...] = ()
    proof: str = ""
    sold: str = "delivered"
    sale: str = ""
    by: str = "buyer"
    category: str = ""
    markets: str = ""
    method: str = ""
    delivered_days: float = 0
    late_days: float = 0
    refuses: str = ""
    source: str = "marketplace"
    lane: str = ""


def _path(times: int, kind: str, reason: str, ago: tuple[float, float], *moves: tuple[Hours, str], **more: str | float) -> Path:
    return Path(times=times, kind=kind, reason=reason, ago=ago, moves=moves, **more)  # type: ignore[arg-type]


_RETURNED: Final = (((3, 20), "approve"), ((26, 40), "ship_back"), ((50, 60), "scan in_transit"), ((90, 130), "scan delivered"))
_BACK: Final = (((2, 9), "approve"), ((12, 24), "ship_back"), ((26, 30), "scan in_transit"))

_NO: Final = "reject works_as_intended video_function"

PATHS: Final = (
    # With the seller now, deadlines near and far
    _path(8, "return_refund", "damaged", (0.2, 6), proof="photo_defect"),
    _path(6, "refund_only", "missing_item", (8, 24), proof="photo_package_seal"),
    _path(6, "return_refund", "does_not_fit", (24, 40), sale="shelf"),
    _path(4, "return_refund", "not_as_described", (41, 47), proof="live_recording", sale="live_auction"),
    _path(4, "cancel", "no_longer_needed", (0.5, 30), sold="unshipped", sale="short_video"),
    _path(3, "refund_in_transit", "not_received", (1, 40), sold="moving", proof="tracking_trace"),
    _path(3, "exchange", "wrong_item", (2, 40), sale="live"),
    _path(3, "return_refund", "defective", (20, 30), (12, "more video_function"), sale="live"),
    _path(2, "return_refund", "defective", (12, 40), (5, "amend damaged"), sale="shelf"),
    _path(3, "cancel", "misbid", (2, 30), sold="unshipped", sale="live_auction", by="platform"),
    # Proof and the second look
    _path(6, "return_refund", "not_as_described", (1, 45), sale="live_auction"),
    _path(3, "refund_only", "defective", (1, 40), ((0.2, 0.9), "proof video_function")),
    _path(4, "return_refund", "damaged", (1, 20), proof="blurred", sale="live_auction"),
    _path(3, "refund_only", "wrong_item", (6, 70), proof="contradicting"),
    _path(2, "refund_only", "damaged", (30, 60), (20, "admit"), proof="blurred"),
    _path(3, "refund_only", "counterfeit", (200, 500), (18, "decline"), proof="contradicting"),
    _path(3, "refund_only", "expired_spoiled", (200, 600)),
    # Goods on their way back
    _path(9, "return_refund", "style_colour", (20, 90), ((3, 15), "approve"), sale="shelf"),
    _path(4, "return_refund", "defective", (60, 100), ((3, 15), "approve"), ((20, 30), "ship_back"), sale="live"),
    _path(5, "return_refund", "wrong_item", (80, 120), *_BACK, sale="short_video"),
    _path(8, "return_refund", "damaged", (100, 140), *_BACK, ((-40, -1), "scan delivered"), sale="live"),
    _path(3, "exchange", "wrong_item", (110, 140), *_BACK, ((-42, -30), "scan delivered"), ((-26, -3), "inspect")),
    _path(2, "exchange", "does_not_fit", (400, 500), *_RETURNED, ((132, 135), "inspect"), ((140, 144), "convert"), sale="shelf"),
    _path(1, "return_refund", "defective", (500, 600), ((3, 15), "approve"), ((20, 30), "ship_back"), (300, "settle lost"), sale="shelf"),
    _path(2, "return_refund", "defective", (500, 700), ((3, 15), "approve"), ((20, 30), "ship_back"), (260, "settle never_sent")),
    _path(3, "return_refund", "no_longer_needed", (500, 700), ((3, 15), "approve"), sale="shelf"),
    # A no
    _path(4, "refund_only", "defective", (32, 44), ((-30, -2), "reject works_as_intended video_function"), proof="video_function"),
    _path(3, "return_refund", "not_as_described", (40, 46), ((-28, -2), "reject item_is_correct listing_snapshot photo_six_view")),
    _path(2, "cancel", "no_longer_needed", (40, 46), ((-30, -2), "reject packed_awaiting_pickup photo_package_seal"), sold="packed"),
    _path(3, "return_refund", "defective", (130, 160), *_BACK, ((-46, -30), "scan delivered"), ((-24, -2), "refuse used_or_damaged_by_buyer photo_six_view")),
    _path(3, "return_refund", "damaged", (130, 160), *_BACK, ((-46, -30), "scan delivered"), ((-24, -2), "mixed used_or_damaged_by_buyer photo_six_view")),
    _path(3, "cancel", "better_price", (300, 500), ((4, 20), "ship"), sold="unshipped", sale="shelf"),
    _path(3, "refund_only", "defective", (400, 700), (20, "reject works_as_intended video_function"), proof="photo_defect"),
    # With the platform
    _path(3, "refund_only", "defective", (90, 110), (20, "reject works_as_intended video_function"), (50, "escalate"), proof="photo_defect"),
    _path(2, "refund_only", "defective", (90, 110), (20, "reject works_as_intended video_function"), (50, "escalate"), (80, "take"),
          proof="photo_defect"),
    _path(1, "refund_only", "defective", (300, 500), (20, "reject works_as_intended video_function"), (50, "escalate"), (80, "claim"),
          (90, "rule seller buyer"), proof="photo_defect"),
    _path(1, "refund_only", "defective", (300, 500), (20, "reject works_as_intended video_function"), (50, "escalate"), (80, "claim"),
          (90, "rule buyer carrier"), (150, "appeal"), proof="photo_defect"),
    # Money
    _path(3, "refund_only", "damaged", (30, 90), ((3, 12), "approve unlucky"), proof="photo_defect", method="card"),
    _path(2, "refund_only", "damaged", (300, 500), (6, "approve unlucky"), (30, "retry"), proof="photo_defect", method="card"),
    _path(2, "refund_only", "missing_item", (20, 30), (-0.08, "approve lost"), proof="photo_package_seal", method="card"),
    _path(1, "refund_only", "missing_item", (200, 300), (5, "approve lost"), proof="photo_package_seal", method="card"),
    _path(8, "refund_only", "damaged", (90, 900), ((1, 30), "approve"), proof="photo_defect"),
    _path(7, "refund_only", "missing_item", (120, 900), proof="photo_package_seal"),
    _path(9, "return_refund", "defective", (200, 900), *_RETURNED, ((132, 137), "inspect"), sale="live"),
    _path(4, "return_refund", "damaged", (300, 900), *_RETURNED, sale="short_video"),
    _path(3, "return_refund", "not_as_described", (300, 900), *_RETURNED, ((132, 137), "inspect"), proof="live_recording", sale="live_auction"),
    _path(5, "cancel", "no_longer_needed", (60, 900), ((1, 20), "approve"), sold="unshipped", sale="shelf"),
    _path(3, "cancel", "not_shipped_in_time", (60, 700), (9, "approve"), sold="unshipped", method="cash_on_delivery",
          markets="my th vn ph sa ae id"),
    _path(4, "refund_in_transit", "late_delivery", (90, 700), (12, "approve"), sold="moving", proof="tracking_trace"),
    _path(6, "return_refund", "no_longer_needed", (40, 800), ((1, 30), "withdraw"), sale="shelf"),
    # Attempts that the policy refuses, with its reasons
    _path(1, "return_refund", "misbid", (2, 6), sale="live_auction", refuses="final_sale", markets="us"),
    _path(4, "return_refund", "misbid", (2, 500), sale="live_auction", refuses="final_sale",
          markets="us ca my th vn ph sg sa ae id"),
    _path(3, "refund_only", "better_price", (2, 500), sale="live_auction", refuses="final_sale", markets="us ca my th sg ae"),
    _path(2, "cancel", "misbid", (5, 200), sold="unshipped", sale="live_auction", refuses="ask_seller_or_support",
          markets="us ca my th vn ph sg sa ae id"),
    _path(2, "return_refund", "no_longer_needed", (2, 300), sale="shelf", category="intimates", markets="us", refuses="exempt_category"),
    _path(2, "return_refund", "no_longer_needed", (2, 100), sale="shelf", delivered_days=17, markets="gb my th sg cn", refuses="window_closed"),
    _path(2, "cancel", "better_price", (2, 100), sold="moving", sale="shelf", refuses="kind_not_open_in_status"),
    _path(2, "return_refund", "damaged", (2, 100), source="independent_site", proof="photo_defect", refuses="order_source_not_eligible"),
    # Something else is offered: by the platform where parcels come late and broken, by sellers everywhere
    _path(2, "refund_only", "damaged", (1, 9), proof="photo_defect", late_days=1, markets="cn"),
    _path(2, "refund_only", "damaged", (60, 150), ((2, 9), "accept"), proof="photo_defect", late_days=1, markets="cn"),
    _path(3, "return_refund", "style_colour", (14, 20), ((-10, -1), "offer 40"), sale="shelf"),
    _path(1, "return_refund", "does_not_fit", (300, 400), (4, "offer 30"), (20, "accept"), sale="shelf"),
    # The parcel is refused at the door
    _path(3, "refund_in_transit", "not_received", (3, 90), sold="moving", category="electronic_accessories", sale="shelf", markets="cn"),
    # Replacements: under way, and kept
    _path(2, "exchange", "wrong_item", (150, 180), *_BACK, ((-60, -50), "scan delivered"), ((-40, -30), "inspect"), ((-20, -3), "replace")),
    _path(1, "exchange", "wrong_item", (500, 600), *_RETURNED, ((132, 135), "inspect"), (150, "replace"), (190, "arrive"), (200, "keep")),
    # For reviewers: the lane of two hours, the senior one, two people who must agree, an appeal with new proof
    _path(2, "refund_only", "defective", (2.2, 2.8), (-1.7, _NO), (-1.2, "escalate"), proof="photo_defect", lane="independent",
          sale="live", markets="sa ae"),
    _path(1, "refund_only", "not_as_described", (2.4, 2.8), (-1.9, "reject item_is_correct listing_snapshot photo_six_view avatar_recording"),
          (-0.6, "escalate"), proof="photo_defect", lane="independent", sale="live", markets="sa"),
    _path(2, "refund_only", "damaged", (0.4, 1.3), proof="blurred", lane="independent", sale="live", markets="ae sa"),
    _path(2, "refund_only", "defective", (320, 360), (20, _NO), (50, "escalate"), proof="photo_defect"),
    _path(1, "refund_only", "defective", (90, 110), (20, _NO), (50, "escalate"), (80, "claim"), (-3, "rule buyer seller"),
          proof="photo_defect", category="luxury", markets="us", sale="shelf"),
    _path(2, "refund_only", "defective", (90, 110), (20, _NO), (50, "escalate"), (80, "take"), (-2, "find buyer seller"),
          proof="photo_defect", category="luxury", markets="us ae", sale="shelf"),
    _path(1, "refund_only", "defective", (300, 400), (20, _NO), (50, "escalate"),
          (80, "take"), (90, "find seller buyer"), (140, "object"), proof="photo_defect", sale="shelf"),
    # For operators: a chargeback, a compensation that cannot be paid, a parcel that is to be stopped
    _path(2, "refund_only", "damaged", (30, 40), (-20, "chargeback"), proof="photo_defect", method="card", markets="us gb"),
    _path(1, "refund_only", "damaged", (28, 40), (1, "unlucky"), proof="photo_defect", method="card", markets="gb my"),
    _path(1, "refund_in_transit", "not_received", (3, 20), (-1.5, "intercept"), sold="moving", category="apparel", sale="shelf", markets="cn"),
)  # fmt: skip
