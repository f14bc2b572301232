"""Refusals as HTTP: the one place that knows statuses, and the one error form (RFC 9457) in both languages."""

from typing import Any, Final

import msgspec

from amends.api.door.messages import Headers, Problem
from amends.domain.rulebook.shape import Vocabulary

SUCCESS: Final = {"ok": 200, "created": 201, "accepted": 202, "removed": 204, "unchanged": 304}
CONFLICT: Final = 409
PROBLEM_JSON: Final = b"application/problem+json"
LANGUAGES: Final = ("zh", "en")
RETRY_AFTER: Final[dict[str, bytes]] = {
    "still_running": b"1",
    "too_many_streams": b"10",
    "scanner_away": b"5",
    "database_away": b"2",
    "upload_in_quarantine": b"2",
    "insight_preparing": b"2",
}

_BY_STATUS: Final[dict[int, str]] = {
    400: "bad_json bad_cursor missing_idempotency_key",
    401: "not_signed_in token_expired signature_invalid login_failed second_factor_needed code_wrong",
    403: "permission_missing link_expired cross_site_refused confirm_needed session_needed seat_of_another",
    404: "not_found order_unknown case_unknown market_unknown upload_not_found only_in_sandbox only_in_demo parcel_unknown invitation_unknown queue_empty",
    405: "method_not_allowed",
    412: "stale_version",
    413: "body_too_large batch_too_large upload_too_large",
    415: "unsupported_media_type upload_type_not_allowed upload_contents_disagree",
    422: """
        unknown_field missing_field wrong_type value_not_allowed text_too_long text_not_clean unknown_word bad_identifier bad_moment
        amount_not_positive amount_too_precise currency_unknown currency_differs idempotency_key_reused webhook_target_refused
        clock_only_forward line_unknown lines_do_not_add_up ground_unknown carrier_unknown scan_status_unknown note_required
        note_too_long tracking_number_invalid inspection_does_not_add_up upload_empty upload_unreadable upload_too_many_pixels
        upload_too_many_frames upload_too_long upload_too_many_pages upload_encrypted upload_scripted destination_required
        return_address_required password_too_weak recheck_reason_required amount_too_large not_an_amount too_many_decimals unknown_currency
        currency_not_of_market not_a_moment moment_without_zone not_an_id not_a_quantity not_a_whole_number not_a_percentage unknown_unit
        text_bidi_characters text_control_characters period_invalid""",
    426: "console_outdated",
    428: "version_required",
    429: "rate_limited too_many_streams login_too_often",
    500: "internal_error",
    503: "database_away scanner_away insight_preparing lab_away",
    409: """
        final_sale ask_seller_or_support window_closed window_not_begun kind_not_open_in_status reason_does_not_fit_status
        order_cancelled order_source_not_eligible exempt_category exchange_not_offered withdrawal_not_offered withdrawal_only_by_buyer
        withdrawal_not_for_this_sale must_be_unused partial_cancellation_not_offered
        not_offered_once_shipped no_rule_answers fact_missing proof_demanded evidence_unclear evidence_does_not_match
        channel_not_accepted evidence_kind_not_admitted request_already_open already_refunded nothing_left_to_ask
        amendments_used_up proof_already_asked return_must_be_inspected ground_not_open seller_not_cleared deduction_too_large
        decided_on_another_road proposal_open historical move_not_open deadline_passed proposal_expired case_is_final
        rejected_late rejected_conflict exceeds_refundable payment_disputed payment_missing payment_ambiguous outage_overlaps shop_market_stands paid_before_restore avatar_recording_not_granted
        buyer_signals refund_failed refund_unknown
        refund_not_failed refund_not_paid four_eyes_missing own_case ruled_before review_taken
        review_not_claimed nothing_to_claim senior_lane ruling_is_final tracking_number_taken already_shipped return_not_scanned upload_quota
        upload_in_quarantine upload_refused still_running market_not_supported order_changed_after_payment
        rule_could_not_be_judged no_deadline_promised several_rules_answer units_already_claimed attempts_exhausted amendment_not_open
        claimed_by_another sensitive_words message_erased quick_reply_unknown macro_unknown too_many
        release_back_dated draft_state own_draft draft_empty draft_has_errors draft_changes_nothing superseded
        gone_meanwhile endpoint_disabled endpoint_removed proposal_changes_nothing provider_unknown provider_holds_less member_holds_less login_taken account_exists file_not_ready
        second_factor_on second_factor_off refusal_not_offered
        refusal_amount_too_high refusal_category_not_supported refusal_carrier_not_supported
        refusal_parcel_not_moving refusal_for_another_reason refusal_seller_not_eligible parcel_not_signed interception_too_early
        interception_too_late interception_under_way interception_takes_other_lines nothing_intercepted goods_are_back
        complaint_too_early complaint_already_lodged return_number_reused return_delivered_elsewhere return_weight_differs
        return_already_scanned label_not_made label_not_printable return_not_yours""",
}
STATUS: Final[dict[str, int]] = {code: status for status, codes in _BY_STATUS.items() for code in codes.split()}
"""The status of every code that an answer as a whole can carry. Codes of rows (`import_…`) stand inside answers only."""

_TAKEN: Final = ("type", "title", "status", "words", "next")
_OURS: Final = tuple(f'"{name}":'.encode() for name in _TAKEN)
_encode = msgspec.json.encode


def status_of(code: str) -> int:
    """What a code costs in HTTP. A word that only a rule uses declines like the others."""
    return STATUS.get(code, CONFLICT)


class Words:
    """The problem words of the vocabulary, laid out as the beginning of each problem's JSON, once for each language."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._starts: dict[tuple[str, str], bytes] = {}

    def of(self, code: str) -> dict[str, Any]:
        """What a code says and what to do next, in both languages; with its status."""
        says = self.vocabulary.says("problems", code)
        term = self.vocabulary.words("problems").get(code)
        following = term.traits.get("next", {}) if term else {}
        return {
            "status": status_of(code),
            "words": {"zh": says.zh, "en": says.en},
            "next": {language: following.get(language, "") for language in LANGUAGES},
        }

    def start(self, code: str, language: str) -> bytes:
        """The JSON of a problem up to its code, without the closing brace."""
        known = self._starts.get((code, language))
        if known is None:
            said = self.of(code)
            head = {"type": f"/v1/problems#{code}", "title": said["words"][language], **said}
            known = self._starts[code, language] = _encode(head)[:-1]
        return known

    def body(self, problem: Problem, language: str, request_id: str) -> bytes:
        """The whole problem. What the desk told stands in it as told; its attempt's id then is the request id."""
        start = self.start(problem.code, language)
        if problem.told is not None:
            told = _without_our_names(problem.told)[1:]  # it begins with the code; an attempt that was recorded names itself
            if b'"request_id":"' in told[:120]:
                return start + b"," + told
            return start + b',"request_id":"' + request_id.encode() + b'",' + told
        rest: dict[str, Any] = {"code": problem.code, "request_id": request_id}
        if problem.errors:
            rest["errors"] = problem.errors
        return start + b"," + _encode(rest | problem.detail)[1:]


def _without_our_names(told: bytes) -> bytes:
    """What the desk told, where a member of it bears a name that RFC 9457 or we gave away, under `subject_…`."""
    if not any(name in told for name in _OURS):
        return told
    members: dict[str, Any] = msgspec.json.decode(told)
    return _encode({f"subject_{name}" if name in _TAKEN else name: value for name, value in members.items()})


def language_of(accept: bytes | None) -> str:
    """The language of the title: the one of zh and en that Accept-Language prefers; en where it says nothing."""
    if accept is None or accept.startswith(b"en"):
        return "en"
    best, weight = "en", -1.0
    for part in accept.decode("latin-1").lower().split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            asked = float(quality) if quality else 1.0
        except ValueError:
            continue
        if tag[:2] in LANGUAGES and asked > weight:
            best, weight = tag[:2], asked
    return best


def problem_headers(problem: Problem) -> Headers:
    """What the status obliges an answer to carry."""
    headers = problem.headers
    retry = RETRY_AFTER.get(problem.code)
    if retry is not None:
        headers = (*headers, (b"retry-after", retry))
    if status_of(problem.code) == STATUS["not_signed_in"] and problem.code != "signature_invalid":
        headers = (*headers, (b"www-authenticate", b'Bearer realm="amends"'))
    return headers
