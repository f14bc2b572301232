import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from amends.gateways.signatures import Grant, message_is_genuine, read_link, secret_of, sign_link, sign_message

OLD, NEW, OTHER = (secret_of(bytes([n]) * 32) for n in (1, 2, 3))
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
GRANT = Grant(
    method="GET", blob="ab" * 32, variant="derived", principal="seller:7", shop=7, expires_at=int(NOW.timestamp()) + 300
)
anything = st.binary(max_size=200) | st.text(max_size=200)


def headers(body: bytes, *secrets: str, at: datetime = NOW) -> tuple[str, str, str]:
    return tuple(sign_message(secrets, "msg_1", at, body).values())  # type: ignore[return-value]


@given(st.binary(max_size=300))
def test_what_we_sign_we_recognise(body: bytes) -> None:
    assert message_is_genuine([NEW], *headers(body, NEW), body, now=NOW)


@given(st.text(max_size=300))
def test_another_implementation_recognises_what_we_sign(text: str) -> None:
    body = text.encode("utf-8", "replace")
    now = datetime.now(UTC)
    Webhook(NEW).verify(body, sign_message([OLD, NEW], "msg_1", now, body), json_parse=False)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_we_recognise_what_another_implementation_signs(text: str) -> None:
    signature = Webhook(NEW).sign("msg_1", NOW, text)
    assert message_is_genuine([OLD, NEW], "msg_1", str(int(NOW.timestamp())), signature, text.encode(), now=NOW)


def test_while_a_secret_is_rotated_both_are_good_and_afterwards_only_the_new_one() -> None:
    signed = headers(b"{}", OLD, NEW)
    assert message_is_genuine([OLD], *signed, b"{}", now=NOW)
    assert message_is_genuine([NEW], *signed, b"{}", now=NOW)
    assert message_is_genuine([OTHER, NEW], *signed, b"{}", now=NOW)
    assert not message_is_genuine([OTHER], *signed, b"{}", now=NOW)
    assert not message_is_genuine([], *signed, b"{}", now=NOW)


@pytest.mark.parametrize(("late", "good"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)])
def test_a_message_is_good_for_five_minutes_either_way(late: int, *, good: bool) -> None:
    assert message_is_genuine([NEW], *headers(b"{}", NEW), b"{}", now=NOW + timedelta(seconds=late)) is good


def test_any_change_of_a_signed_message_is_seen() -> None:
    identity, moment, signature = headers(b"{}", NEW)
    assert not message_is_genuine([NEW], "msg_2", moment, signature, b"{}", now=NOW)
    assert not message_is_genuine([NEW], identity, str(int(moment) + 1), signature, b"{}", now=NOW)
    assert not message_is_genuine([NEW], identity, moment, signature, b"{} ", now=NOW)
    assert not message_is_genuine([NEW], identity, moment, signature.replace("v1,", "v2,"), b"{}", now=NOW)


@given(anything, anything, anything, st.binary(max_size=100), st.lists(st.text(max_size=50) | st.just(NEW), max_size=3))
def test_any_bytes_get_a_plain_no(
    identity: bytes | str, moment: bytes | str, signature: bytes | str, body: bytes, secrets: list[str]
) -> None:
    assert message_is_genuine(secrets, identity, moment, signature, body, now=NOW) is False


@given(anything)
def test_any_bytes_as_the_signature_of_a_real_message_get_a_plain_no(signature: bytes | str) -> None:
    identity, moment, _ = headers(b"{}", NEW)
    assert message_is_genuine([NEW], identity, moment, signature, b"{}", now=NOW) is False


@pytest.mark.parametrize("signature", ["v1", "v1,", "v1,a,b", "v1,ä", ",", " ", "v1a,YWJj", "v1,YWJj", "v1," + "A" * 5000])
def test_signatures_that_break_the_usual_verifiers_get_a_plain_no(signature: str) -> None:
    identity, moment, _ = headers(b"{}", NEW)
    assert message_is_genuine([NEW], identity, moment, signature, b"{}", now=NOW) is False


def test_the_planted_fault_the_usual_verifier_raises_where_ours_says_no() -> None:
    moment = str(int(datetime.now(UTC).timestamp()))
    with pytest.raises(ValueError, match="unpack") as raised:
        Webhook(NEW).verify(b"{}", {"webhook-id": "m", "webhook-timestamp": moment, "webhook-signature": "v1"})
    assert not isinstance(raised.value, WebhookVerificationError)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!!!", "whsec_" + base64.b64encode(b"short").decode(), "abc"])
def test_a_malformed_secret_signs_nothing_and_recognises_nothing(secret: str) -> None:
    with pytest.raises(ValueError, match="whsec"):
        sign_message([NEW, secret], "m", NOW, b"")
    assert not message_is_genuine([secret], *headers(b"{}", NEW), b"{}", now=NOW)


@pytest.mark.parametrize("length", [0, 23, 65])
def test_a_secret_has_24_to_64_bytes(length: int) -> None:
    with pytest.raises(ValueError, match="24"):
        secret_of(b"x" * length)


def test_a_message_id_holds_no_dot() -> None:
    with pytest.raises(ValueError, match="message id"):
        sign_message([NEW], "a.b", NOW, b"")


def test_a_link_holds_for_what_it_was_signed_and_not_longer() -> None:
    token = sign_link(b"key", GRANT)
    assert read_link(b"key", token, now=NOW) == GRANT
    assert read_link(b"key", token, now=NOW + timedelta(seconds=299)) == GRANT
    assert read_link(b"key", token, now=NOW + timedelta(seconds=300)) is None
    assert read_link(b"other", token, now=NOW) is None
    assert read_link(b"key", token, now=NOW - timedelta(seconds=1)) is None, "longer than five minutes"


@given(st.integers(min_value=0), st.integers(min_value=0, max_value=255))
def test_any_change_of_a_link_makes_it_void(where: int, what: int) -> None:
    token = sign_link(b"key", GRANT)
    place = where % len(token)
    changed = token[:place] + chr(what) + token[place + 1 :]
    assert changed == token or read_link(b"key", changed, now=NOW) is None


@given(st.text(max_size=400))
def test_any_text_as_a_link_gets_a_plain_no(token: str) -> None:
    assert read_link(b"key", token, now=NOW) is None
