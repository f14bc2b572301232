"""Saying no: a ground that is open, in words where words are owed, with the proof that it demands."""

from typing import Any

import pytest
from casebook import QUALITY, SELLER, Book, an_order, rules_of

from amends.actions.commands import GivenProof, Reject, SubmitEvidence
from amends.domain.topics.rejections import grounds_at


def asked(kind: str = "refund_only", reason: str = "defective", **order: Any) -> Book:
    return Book(an_order(**order)).open(kind, reason, proof=QUALITY)


@pytest.mark.requirement("R-01", "R-04")
def test_a_rejection_with_an_open_ground_and_its_proof_stands_and_the_buyer_may_escalate() -> None:
    book = asked()
    done = book.do(Reject, SELLER, ground="works_as_intended", proof=(GivenProof(kind="video_function", text="it runs"),))
    assert (book.case.state, set(book.live)) == ("rejected_1", {"escalate"})
    assert done.events[0].body["ground"] == "works_as_intended"
    assert all(piece.sealed_at == book.now for piece in done.evidence)


@pytest.mark.requirement("R-01")
def test_a_rejection_without_its_proof_says_which_kinds_would_do() -> None:
    refused = asked().refused(Reject, SELLER, ground="works_as_intended")
    assert refused.code == "proof_demanded"
    assert "video_function" in refused.detail["any_of"]


@pytest.mark.requirement("V-08")
def test_a_chat_from_outside_the_platform_proves_nothing_in_the_us_and_the_refusal_says_so() -> None:
    chat = GivenProof(kind="chat_external", channel="whatsapp", text="ok, keep it")
    refused = asked().refused(Reject, SELLER, ground="agreed_with_buyer", proof=(chat,))
    assert refused.reasons == ("proof_demanded", "channel_not_accepted")


def test_proof_that_the_seller_handed_in_before_counts() -> None:
    book = asked()
    book.do(SubmitEvidence, SELLER, proof=(GivenProof(kind="video_function", text="it runs"),))
    book.do(Reject, SELLER, ground="works_as_intended")
    assert book.case.state == "rejected_1"


@pytest.mark.requirement("R-01")
def test_a_ground_that_is_closed_names_why_and_what_is_open() -> None:
    refused = asked().refused(Reject, SELLER, ground="delivered_to_address")
    assert refused.code == "ground_not_open"
    assert [each["fact"] for each in refused.detail["unmet"]] == ["request.reason"]
    assert "works_as_intended" in refused.detail["open"]


@pytest.mark.requirement("R-02")
def test_delivery_elsewhere_bars_the_ground_by_its_rule() -> None:
    book = asked(reason="not_received")
    book.parcels(address_matches=False)
    refused = book.refused(Reject, SELLER, ground="delivered_to_address")
    assert (refused.code, refused.detail["rules"]) == ("ground_not_open", ["delivered_elsewhere"])


@pytest.mark.requirement("R-02")
def test_an_address_that_nobody_checked_bars_nothing() -> None:
    book = asked(reason="not_received")
    book.parcels(address_matches=None)
    refused = book.refused(Reject, SELLER, ground="delivered_to_address")
    assert refused.code == "proof_demanded"


def test_an_unknown_ground_is_no_ground() -> None:
    assert asked().refused(Reject, SELLER, ground="because").code == "ground_unknown"


@pytest.mark.requirement("R-05")
def test_another_ground_needs_words_and_at_most_two_hundred_characters() -> None:
    book = asked()
    assert book.refused(Reject, SELLER, ground="other").code == "note_required"
    assert book.refused(Reject, SELLER, ground="other", note="x" * 201).code == "note_too_long"
    done = book.do(Reject, SELLER, ground="other", note="买" * 200)
    assert [piece.text for piece in done.evidence if piece.of == "seller"] == ["买" * 200]
    assert "买" not in str(done.events[0].body)


@pytest.mark.requirement("R-02")
def test_a_parcel_packed_and_waiting_is_a_ground_to_reject_a_cancellation() -> None:
    book = Book(an_order("awaiting_shipment")).open("cancel", "no_longer_needed")
    book.parcels(status="packed")
    book.do(Reject, SELLER, ground="packed_awaiting_pickup", proof=(GivenProof(kind="photo_package_seal", text="packed"),))
    assert book.case.state == "rejected_1"


def test_returned_goods_are_rejected_at_the_second_stage() -> None:
    book = asked("return_refund").send_back()
    book.scan("delivered")
    assert book.refused(Reject, SELLER, ground="works_as_intended").code == "ground_not_open"
    book.do(Reject, SELLER, ground="wrong_item_returned", proof=(GivenProof(kind="video_unboxing", text="a brick"),))
    assert (book.case.state, set(book.live)) == ("rejected_2", {"escalate"})


@pytest.mark.requirement("R-03")
@pytest.mark.parametrize(("kind", "state"), [("refund_only", "pending_review"), ("return_refund", "return_delivered")])
def test_every_ground_that_the_rules_show_open_can_be_used_with_its_proof_and_no_other(kind: str, state: str) -> None:
    def fresh() -> Book:
        book = asked(kind)
        if state == "return_delivered":
            book.send_back().scan("delivered")
        return book

    stage = "rejection_2" if state == "return_delivered" else "rejection_1"
    rules = rules_of()
    facts = fresh().refused(Reject, SELLER, ground="out_of_window").facts
    for ground in grounds_at(rules.topic("rejections"), facts, stage=stage):
        book, note = fresh(), "in our words"
        first = book.ask(Reject, SELLER, ground=ground.ground, note=note)
        if not ground.open:
            assert first.code == "ground_not_open"  # type: ignore[union-attr]
            continue
        if getattr(first, "code", None) == "proof_demanded":
            kinds = first.detail.get("all_of") or first.detail["any_of"][:1]  # type: ignore[union-attr]
            proof = tuple(GivenProof(kind=each, text="seen", channel=_channel(each)) for each in kinds)
            book.do(Reject, SELLER, ground=ground.ground, note=note, proof=proof)
        assert book.case.state == ("rejected_2" if stage == "rejection_2" else "rejected_1")


def _channel(kind: str) -> str | None:
    return "platform_messages" if kind == "chat_in_app" else None
