"""A release is a body with a hash; it is never in force before it was published, but for a market's founding one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from amends.domain.rulebook.releases import (
    NotPublishable,
    Release,
    body_of,
    book_of,
    compiled_release,
    found,
    hash_of,
    in_force,
    publish,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = timedelta(days=1)
RULES = """
- id: a
  from: 2026-06-28
  source: s
  when:
    request.amount: {over: 100.00 USD}
    item.used: {is: false}
    request.kind: {in: [cancel, exchange]}
    request.times: {under: 3}
    seller.rate: {over: 12.4 percent}
  decline: final_sale
  says: {zh: 中, en: English}
- id: b
  source: s
  overrides: [a]
  allow: [cancel]
  says: {zh: 中, en: English}
"""


@pytest.fixture(scope="module")
def us(book: Any) -> Any:
    return book(RULES).book


def test_a_body_gives_back_the_same_book(us: Any) -> None:
    body = body_of(us)
    assert book_of(body) == us
    assert body_of(book_of(body)) == body


def test_the_hash_names_the_content_and_changes_with_it(us: Any) -> None:
    other = msgspec.structs.replace(us, zone="America/Chicago")
    assert len(hash_of(body_of(us))) == 64
    assert hash_of(body_of(us)) != hash_of(body_of(other))


def test_a_body_of_another_version_is_refused(us: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        book_of(body_of(us).replace(b'"version":1', b'"version":2'))


def test_a_founding_release_is_adopted_for_the_past_only_with_a_reason(us: Any) -> None:
    past = NOW - 40 * DAY
    assert found(us, [], now=NOW, adopted_from=past) == NotPublishable("release_without_reason")
    release = found(us, [], now=NOW, adopted_from=past, reason="Orders from before the system came")
    assert isinstance(release, Release)
    assert in_force([release], past) == release
    assert in_force([release], past - DAY) is None
    assert found(us, [release], now=NOW) == NotPublishable("release_back_dated")


def test_after_the_founding_one_nothing_is_back_dated(us: Any) -> None:
    founding = found(us, [], now=NOW)
    assert isinstance(founding, Release)
    assert publish(us, [], now=NOW) == NotPublishable("release_not_founded")
    assert publish(us, [founding], now=NOW + DAY, takes_effect_at=NOW) == NotPublishable("release_back_dated")
    later = publish(us, [founding], now=NOW + DAY, takes_effect_at=NOW + 3 * DAY)
    assert isinstance(later, Release)
    assert in_force([founding, later], NOW + 2 * DAY) == founding
    assert in_force([founding, later], NOW + 3 * DAY) == later


def test_a_release_that_claims_to_begin_before_it_was_published_is_not_believed(us: Any) -> None:
    founding = found(us, [], now=NOW)
    assert isinstance(founding, Release)
    forged = Release(market="us", hash="f" * 64, published_at=NOW + 2 * DAY, takes_effect_at=NOW + DAY)
    assert in_force([founding, forged], NOW + 5 * DAY) == founding


def test_of_two_that_begin_together_the_one_published_last_is_in_force(us: Any) -> None:
    founding = found(us, [], now=NOW)
    first = publish(us, [founding], now=NOW, takes_effect_at=NOW + 5 * DAY)  # type: ignore[list-item]
    second = publish(us, [founding], now=NOW + DAY, takes_effect_at=NOW + 5 * DAY)  # type: ignore[list-item]
    assert in_force([founding, second, first], NOW + 6 * DAY) == second  # type: ignore[list-item]


def test_a_release_judges_without_any_file_and_names_itself_on_every_reason(us: Any) -> None:
    from amends.domain.topics.eligibility import judge_eligibility

    founding = found(us, [], now=NOW, adopted_from=NOW - DAY, reason="r")
    assert isinstance(founding, Release)
    topic = compiled_release(body_of(us), founding).topic("eligibility", NOW)
    (reason,) = judge_eligibility(topic, {"request.kind": "cancel"}, NOW).reasons
    assert (reason.rule, reason.release, reason.founding) == ("b", founding.hash, True)
