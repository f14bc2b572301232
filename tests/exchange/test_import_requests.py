import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from desk_stand_in import DATA, EXPONENTS, DeskStandIn

from amends.exchange.mapping import shipped
from amends.exchange.orders import OrderOptions, import_orders
from amends.exchange.report import Report
from amends.exchange.requests import FoundOrder, RequestOptions, import_requests, kind_as_of
from amends.exchange.verdict_table import Judged, VerdictTable, worst_of

REASONS = frozenset({"not_received", "defective", "no_longer_needed", "missing_item", "damaged"})
COMPLAINTS = DATA / "complaints.jsonl"
PLACED = datetime(2018, 3, 1, tzinfo=UTC)


@pytest.fixture
async def filled(desk: DeskStandIn) -> DeskStandIn:
    files = [DATA / name for name in ("orders.csv", "order_items.csv", "payments.csv")]
    await import_orders(files, OrderOptions(exponents=EXPONENTS, mapping=shipped("olist")), desk.take_orders)
    desk.batches.clear()
    return desk


async def asked(desk: DeskStandIn, path: Path = COMPLAINTS, *, history: bool = True, mapping: Path | None = None) -> Report:
    options = RequestOptions(mapping=mapping or shipped("olist_complaints"), history=history, reasons=REASONS)
    return await import_requests(path, options, desk.find_orders, desk.handle)


async def test_each_row_asks_at_its_own_moment_as_the_importer_and_a_day_is_its_end(filled: DeskStandIn) -> None:
    await asked(filled)
    (first, *_) = [c for c in filled.opened.values() if c.reason == "missing_item"]
    assert first.moment == datetime(2018, 3, 11, 2, 59, 59, 999999, tzinfo=UTC)
    assert (first.actor.kind, first.actor.buyer, first.actor.human) == ("importer", "b05", False)
    assert (first.kind, first.lines, first.note) == ("refund_only", (), "Faltou a tampa.")


async def test_a_row_without_a_kind_takes_it_from_the_parcel_as_of_then(filled: DeskStandIn) -> None:
    await asked(filled)
    kinds = {(c.reason, c.kind) for c in filled.opened.values()}
    assert kinds == {
        ("not_received", "refund_in_transit"),
        ("defective", "return_refund"),
        ("no_longer_needed", "cancel"),
        ("missing_item", "refund_only"),
    }


async def test_a_purchase_over_several_shops_is_asked_once_a_shop_and_counts_once(filled: DeskStandIn) -> None:
    report = await asked(filled)
    assert len([c for c in filled.opened.values() if c.reason == "not_received"]) == 2
    assert report.verdicts is not None
    assert report.verdicts.complaints == 4
    assert report.things["opened"] == 6


async def test_rows_that_ask_for_nothing_are_named_and_nothing_is_lost(filled: DeskStandIn) -> None:
    report = await asked(filled)
    assert {(p.at.row, p.column, p.code) for p in report.problems} == {
        (5, "order_id", "import_missing_order"),
        (6, "asked_at", "import_time_unreadable"),
        (7, "asked_at", "import_time_order"),
        (8, "reason", "import_unknown_reason"),
        (9, "", "import_row_unreadable"),
    }
    assert (report.total.read, report.total.imported, report.total.refused) == (9, 4, 5)


async def test_the_second_import_finds_its_own_answers(filled: DeskStandIn) -> None:
    first = await asked(filled)
    opened = dict(filled.opened)
    second = await asked(filled)
    assert filled.opened == opened
    assert (second.total.imported, second.total.same) == (0, 4)
    assert first.verdicts is not None
    assert second.verdicts is not None
    assert first.verdicts.counts == second.verdicts.counts


async def test_keys_and_history_do_not_depend_on_the_file(filled: DeskStandIn, tmp_path: Path) -> None:
    await asked(filled)
    keys = list(filled.opened)
    rows = COMPLAINTS.read_text().splitlines()
    random.Random(3).shuffle(rows)  # noqa: S311 - a shuffle
    shuffled = tmp_path / "other.jsonl"
    shuffled.write_text("\n".join(rows))
    filled.opened.clear()
    await asked(filled, shuffled)
    assert list(filled.opened) == keys
    moments = [c.moment for c in filled.opened.values() if c.moment]
    assert moments == sorted(moments)


async def test_one_batch_never_meets_an_order_twice(filled: DeskStandIn) -> None:
    await asked(filled)
    assert filled.batches == [3, 3]


async def test_live_requests_carry_no_moment(filled: DeskStandIn) -> None:
    await asked(filled, history=False)
    assert {c.moment for c in filled.opened.values()} == {None}
    assert {c.kind for c in filled.opened.values() if c.reason == "not_received"} == {"refund_only"}


async def test_a_csv_may_name_kind_line_quantity_and_its_own_id(filled: DeskStandIn, tmp_path: Path) -> None:
    mapping = tmp_path / "mine.yaml"
    mapping.write_text(
        "zone: America/Sao_Paulo\nrequests:\n  order: Order\n  columns: {id: Ticket, asked_at: When, reason: Why, line: Line, quantity: Units,\n"
        "    kind: {columns: [What], words: {back: return_refund}}, used: Used}\n"
    )
    path = tmp_path / "requests.csv"
    rows = [
        "t1,aa01,2018-03-09 10:00,defective,2,1,back,no",
        "t2,aa01,2018-03-09 10:00,defective,9,1,back,",
        "t3,aa01,2018-03-09 10:00,defective,2,1,up,",
    ]
    path.write_text("\n".join(["Ticket,Order,When,Why,Line,Units,What,Used", *rows]))
    report = await asked(filled, path, mapping=mapping)
    (command,) = filled.opened.values()
    assert (command.kind, command.lines[0].quantity, command.told) == ("return_refund", 1, {"item.used": False})
    assert command.moment == datetime(2018, 3, 9, 13, 0, tzinfo=UTC)
    assert {(p.at.row, p.column, p.code) for p in report.problems} == {
        (3, "Line", "line_unknown"),
        (4, "What", "import_unknown_kind"),
    }


async def test_a_row_that_changed_under_the_same_id_is_a_conflict_and_changes_nothing(
    filled: DeskStandIn, tmp_path: Path
) -> None:
    row = json.loads(COMPLAINTS.read_text().splitlines()[3])
    await asked(filled)
    again = tmp_path / "again.jsonl"
    again.write_text(json.dumps({**row, "text": "Outra coisa."}))
    report = await asked(filled, again)
    assert [(p.code, p.taken) for p in report.problems] == [("import_conflict", False)]
    assert report.total.refused == 1


@pytest.mark.parametrize(
    ("days", "reason", "kind"),
    [
        (1, "not_received", "cancel"),
        (3, "defective", "refund_in_transit"),
        (9, "not_received", "refund_only"),
        (9, "missing_item", "refund_only"),
        (9, "damaged", "return_refund"),
    ],
)
def test_the_kind_follows_the_parcel(days: int, reason: str, kind: str) -> None:
    shipped_at, delivered_at = PLACED + timedelta(days=2), PLACED + timedelta(days=8)
    order = FoundOrder(
        shop_id=1, order_id=UUID(int=1), zone="UTC", status="delivered", shipped_at=shipped_at, delivered_at=delivered_at
    )
    assert kind_as_of(order, PLACED + timedelta(days=days), reason) == kind


def test_a_delivery_that_nobody_dated_counts_once_the_parcel_was_on_its_way() -> None:
    order = FoundOrder(shop_id=1, order_id=UUID(int=1), zone="UTC", status="delivered", shipped_at=PLACED + timedelta(days=2))
    assert kind_as_of(order, PLACED + timedelta(days=1), "damaged") == "cancel"
    assert kind_as_of(order, PLACED + timedelta(days=3), "damaged") == "return_refund"


def test_the_worst_verdict_of_several_shops_counts() -> None:
    answers = [
        Judged("allowed", ("a",)),
        Judged("declined", ("d",), "window_closed"),
        Judged("needs", ("n",)),
        Judged("undecided", ("u",)),
    ]
    order = [worst_of(answers[n:] if n else answers).verdict for n in range(4)]
    assert order == ["declined", "declined", "undecided", "undecided"]
    assert worst_of([Judged("allowed", ("b",)), Judged("allowed", ("a",))]).rules == ("a", "b")


async def test_the_table_counts_each_complaint_in_one_row(filled: DeskStandIn) -> None:
    filled.verdicts = {"not_received/2": ("declined", "too_early"), "defective": ("needs", "show_the_defect")}
    report = await asked(filled)
    assert report.verdicts is not None
    assert report.verdicts.rows() == [
        ("defective", "needs", "show_the_defect", 1),
        ("missing_item", "allowed", "base", 1),
        ("no_longer_needed", "allowed", "base", 1),
        ("not_received", "declined", "too_early", 1),
    ]
    assert report.verdicts.markdown().splitlines()[-1] == "| **all** | | | **4** |"


def test_an_empty_table_can_be_printed() -> None:
    assert VerdictTable().lines()[-1].endswith("0")


async def test_requests_in_our_own_words_need_no_mapping_of_ones_own(filled: DeskStandIn, tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    rows = [
        {"order": "aa01", "asked_at": "2018-03-09", "reason": "defective", "line": "2", "quantity": 1, "opened": True},
        {"order": "aa05", "asked_at": "2018-03-10T12:00:00-03:00", "reason": "damaged", "kind": "exchange"},
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    report = await asked(filled, path, mapping=shipped("requests"))
    first, second = filled.opened.values()
    assert (first.kind, first.lines[0].quantity, first.told) == ("return_refund", 1, {"item.opened": True})
    assert first.moment == datetime(2018, 3, 10, 2, 59, 59, 999999, tzinfo=UTC)
    assert (second.kind, second.moment) == ("exchange", datetime(2018, 3, 10, 15, 0, tzinfo=UTC))
    assert report.total.imported == 2


async def test_a_return_export_asks_for_what_its_buyers_asked(filled: DeskStandIn, tmp_path: Path) -> None:
    path = tmp_path / "returns.csv"
    path.write_text(
        "Return Order ID,Order ID,Return Type,Time Requested,Return Status,Return Reason,Return Quantity,Refund Time\n"
        "Platform unique return ID.,Platform unique order ID.,,,,,,\n"
        '40001\t,aa02\t,Refund only,10/03/2018 09:00:00,In progress,"Package was not received",,\n'
        "40002\t,aa01\t,Return and refund,13/03/2018 09:00:00,Completed,Item is defective,,14/03/2018 09:00:00\n"
    )
    report = await asked(filled, path, mapping=shipped("seller_center_returns"))
    assert {(c.reason, c.kind) for c in filled.opened.values()} == {
        ("not_received", "refund_in_transit"),
        ("defective", "return_refund"),
    }
    assert next(c.moment for c in filled.opened.values()) == datetime(2018, 3, 10, 12, 0, tzinfo=UTC)
    assert (report.total.read, report.total.imported) == (2, 2)
