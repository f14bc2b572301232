import io
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from desk_stand_in import DATA, EXPONENTS, SHOPS, DeskStandIn

from amends.exchange.mapping import MappingProblem, read_mapping, shipped
from amends.exchange.orders import BATCH, OrderOptions, import_orders
from amends.exchange.report import Problem, Report, RowRef
from amends.exchange.spool import Kept, Spool

FILES = [DATA / "orders.csv", DATA / "order_items.csv", DATA / "payments.csv"]
OPTIONS = OrderOptions(exponents=EXPONENTS, mapping=shipped("olist"))
VOCABULARY = Path(__file__).parents[2] / "policies" / "vocabulary"


async def imported(desk: DeskStandIn, paths: list[Path] | None = None, options: OrderOptions = OPTIONS) -> Report:
    return await import_orders(paths or FILES, options, desk.take_orders, take_shops=desk.take_shops)


async def test_one_purchase_becomes_one_order_a_shop_and_its_payments_are_shared_out_to_the_cent(desk: DeskStandIn) -> None:
    await imported(desk)
    first, second = desk.orders["s1", "aa01"], desk.orders["s2", "aa01"]
    assert first.purchase == second.purchase == "aa01"
    assert [(line.price, line.shipping) for line in first.lines] == [(10000, 1000), (3000, 333)]
    assert sum(p.amount for p in first.payments) == 14333
    assert sum(p.amount for p in second.payments) == 5501
    assert [a.amount + b.amount for a, b in zip(first.payments, second.payments, strict=True)] == [15000, 4834]
    assert [p.method for p in first.payments] == ["card", "voucher"]
    assert [line.category for line in (*first.lines, *second.lines)] == ["home", "other", "shoes"]


async def test_moments_are_local_and_a_promised_day_lasts_until_it_ends(desk: DeskStandIn) -> None:
    await imported(desk)
    order = desk.orders["s1", "aa02"]
    assert order.placed_at == datetime(2018, 3, 1, 14, 0, tzinfo=UTC)
    assert order.promised_at == datetime(2018, 3, 21, 2, 59, 59, 999999, tzinfo=UTC)
    assert (order.status, order.delivered_at) == ("in_transit", None)


async def test_what_is_odd_is_imported_and_said(desk: DeskStandIn) -> None:
    report = await imported(desk)
    remarks = {(p.reference, p.at.file, p.at.row, p.column, p.code) for p in report.problems if p.taken}
    assert remarks == {
        ("aa03", "payments.csv", 6, "payment_value", "import_payment_mismatch"),
        ("aa04", "orders.csv", 5, "order_delivered_customer_date", "import_delivery_missing"),
        ("aa05", "orders.csv", 6, "order_delivered_customer_date", "import_time_order"),
    }
    assert [p.amount for p in desk.orders["s3", "aa03"].payments] == [2000]
    assert (desk.orders["s3", "aa04"].status, desk.orders["s3", "aa04"].delivered_at) == ("delivered", None)


async def test_what_cannot_be_taken_is_named_by_row_and_column_and_nothing_is_lost(desk: DeskStandIn) -> None:
    report = await imported(desk)
    refused = {(p.at.file, p.at.row, p.column, p.code) for p in report.problems if not p.taken}
    assert refused == {
        ("orders.csv", 7, "", "import_missing_lines"),
        ("payments.csv", 9, "", "import_order_refused"),
        ("order_items.csv", 10, "freight_value", "import_amount_unreadable"),
        ("orders.csv", 8, "", "import_order_refused"),
        ("payments.csv", 10, "", "import_order_refused"),
        ("orders.csv", 9, "order_purchase_timestamp", "import_time_unreadable"),
        ("order_items.csv", 11, "", "import_order_refused"),
        ("payments.csv", 11, "", "import_order_refused"),
        ("order_items.csv", 9, "order_item_id", "import_duplicate"),
        ("order_items.csv", 12, "", "import_missing_order"),
        ("orders.csv", 10, "", "import_duplicate"),
        ("payments.csv", 5, "payment_value", "import_payment_zero"),
    }
    for file, rows in (("orders.csv", 9), ("order_items.csv", 11), ("payments.csv", 10)):
        tally = report.files[file]
        assert tally.read == rows == tally.imported + tally.same + tally.refused
        assert tally.refused == len({row for name, row, _, _ in refused if name == file})


async def test_a_payment_of_nothing_is_left_out_and_its_order_is_imported(desk: DeskStandIn) -> None:
    await imported(desk)
    assert [(p.sequence, p.method, p.amount) for p in desk.orders["s1", "aa02"].payments] == [(1, "bank", 2450)]


async def test_the_second_import_changes_nothing(desk: DeskStandIn) -> None:
    first = await imported(desk)
    second = await imported(desk)
    assert set(second.things) == {"same"}
    assert (second.total.imported, second.total.same, second.total.refused) == (0, first.total.imported, first.total.refused)


async def test_the_order_of_rows_and_files_means_nothing(desk: DeskStandIn, tmp_path: Path) -> None:
    await imported(desk)
    other = DeskStandIn()
    chance = random.Random(7)  # noqa: S311 - a shuffle
    for path in FILES:
        header, *rows = path.read_text().splitlines()
        chance.shuffle(rows)
        (tmp_path / path.name).write_text("\n".join([header, *rows]))
    await imported(other, [tmp_path])
    unordered = {key: (set(o.lines), set(o.payments), o.status, o.placed_at) for key, o in other.orders.items()}
    assert unordered == {key: (set(o.lines), set(o.payments), o.status, o.placed_at) for key, o in desk.orders.items()}


async def test_an_order_that_the_desk_refuses_is_reported_with_its_rows(desk: DeskStandIn) -> None:
    desk.refuse = {"s2": ("unknown_shop",)}
    report = await imported(desk)
    mine = {(p.at.file, p.at.row, p.code) for p in report.problems if p.reference == "aa01"}
    assert mine == {
        ("orders.csv", 2, "unknown_shop"),
        ("order_items.csv", 3, "import_order_refused"),
        ("payments.csv", 2, "import_order_refused"),
        ("payments.csv", 3, "import_order_refused"),
    }
    assert report.things["refused"] == 1


async def test_each_shop_is_told_once_before_its_orders(desk: DeskStandIn) -> None:
    await imported(desk)
    assert sorted(desk.shops) == ["s1", "s2", "s3"]


async def test_a_preview_hands_nothing_over_and_reports_the_same(desk: DeskStandIn) -> None:
    looked = await imported(desk, options=OrderOptions(exponents=EXPONENTS, mapping=shipped("olist"), preview=True))
    assert not desk.batches
    real = await imported(desk)
    assert looked.problems == real.problems
    assert looked.total == real.total


async def test_batches_hold_at_most_five_hundred_orders(desk: DeskStandIn, tmp_path: Path) -> None:
    header = "Order ID,Order Status,SKU ID,Quantity,SKU Subtotal After Discount,Order Amount,Created Time\n"
    rows = [f"{576000000000000000 + n},To ship,1,1,10.00,10.00,2026-03-14 09:05:00\n" for n in range(1_201)]
    (tmp_path / "many.csv").write_text(header + "".join(rows))
    options = OrderOptions(exponents=EXPONENTS, mapping=shipped("seller_center"), shop=SHOPS["us"])
    report = await imported(desk, [tmp_path / "many.csv"], options)
    assert desk.batches == [BATCH, BATCH, 201]
    assert report.total.imported == 1_201


async def test_a_missing_column_or_file_is_said_at_once(desk: DeskStandIn, tmp_path: Path) -> None:
    short = tmp_path / "order_items.csv"
    short.write_text("order_id,order_item_id,seller_id\naa01,1,s1\n")
    lacking = await imported(desk, [FILES[0], short, FILES[2]])
    assert [(p.at.file, p.column, p.code) for p in lacking.problems] == [("order_items.csv", "price", "import_missing_column")]
    missing = await imported(desk, FILES[:2])
    assert [(p.at.file, p.code) for p in missing.problems] == [("*payments*.csv", "import_file_unreadable")]
    assert not desk.batches


async def test_broken_rows_are_named_and_the_others_go_on(desk: DeskStandIn, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    header = "Order ID,Order Status,SKU ID,Quantity,SKU Subtotal After Discount,Order Amount,Created Time\n"
    good = "576000000000000301,To ship,1,1,10.00,10.00,2026-03-14 09:05:00\n"
    bad = [
        "576000000000000302,To ship,1,1,10,00,10,00,2026-03-14 09:05:00\n",
        "576000000000000303,To ship,1,minus one,10.00,10.00,2026-03-14 09:05:00\n",
        "576000000000000304,To ship,1,1,-10.00,10.00,2026-03-14 09:05:00\n",
        "576000000000000305,To ship,1,1,EUR 10,10.00,2026-03-14 09:05:00\n",
        ",To ship,1,1,10.00,10.00,2026-03-14 09:05:00\n",
        "no such id!,To ship,1,1,10.00,10.00,2026-03-14 09:05:00\n",
        "\n",
    ]
    path.write_text(header + "".join(bad) + good)
    options = OrderOptions(exponents=EXPONENTS, mapping=shipped("seller_center"), shop=SHOPS["us"])
    report = await imported(desk, [path], options)
    assert {(p.at.row, p.code) for p in report.problems} == {
        (2, "import_row_too_long"),
        (3, "import_quantity_unreadable"),
        (4, "import_amount_negative"),
        (5, "import_other_currency"),
        (6, "import_missing_value"),
        (7, "import_id_unreadable"),
    }
    assert list(desk.orders) == [("shop-us", "576000000000000301")]
    assert (report.total.read, report.total.imported) == (7, 1)


def test_the_report_never_echoes_at_length_and_its_csv_runs_nothing() -> None:
    report = Report()
    report.note(
        Problem(at=RowRef("=evil().csv", 3), column="c\x1b[31m" + "x" * 900, code="import_missing_value", reference="+1" * 80)
    )
    text = "\n".join(report.lines())
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) < 400
    out = io.StringIO()
    report.write_csv(out)
    assert "\n'=evil().csv,3," in out.getvalue()
    assert ",'+1+1" in out.getvalue()


def test_the_report_keeps_a_bounded_number_of_problems_and_counts_all() -> None:
    told: list[Problem] = []
    report = Report(sink=told.append)
    for n in range(12_000):
        report.note(Problem(at=RowRef("f", n + 2), column="", code="import_missing_value"))
    assert (len(report.problems), report.by_code["import_missing_value"], len(told)) == (10_000, 12_000, 12_000)


def test_the_spool_joins_rows_that_do_not_fit_into_memory() -> None:
    rows = [Kept(f"k{n * 7919 % 100:02d}", n % 3, n, {"n": str(n)}) for n in range(1_000)]
    with Spool(run=64) as spool:
        for row in rows:
            spool.add(row)
        groups = dict(spool.groups())
    assert list(groups) == sorted({row.key for row in rows})
    assert [row for group in groups.values() for row in group] == sorted(rows, key=lambda row: (row.key, row.part, row.row))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("orders: {columns: {colour: x}}", "no field 'colour'"),
        ("zone: Mars/Olympus", "no time zone"),
        ("surprise: 1", "surprise"),
        ("[", "expected"),
    ],
)
def test_a_mapping_file_that_is_wrong_says_where(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    answer = read_mapping(path)
    assert isinstance(answer, MappingProblem)
    assert said in answer.words


@pytest.mark.parametrize("name", ["olist", "olist_complaints", "seller_center", "requests", "seller_center_returns"])
def test_every_word_of_a_shipped_mapping_is_a_word_of_the_vocabulary(name: str) -> None:
    loaded = yaml.safe_load(shipped(name).read_text(encoding="utf-8"))
    lists = {
        "status": "order_statuses",
        "category": "categories",
        "sale_format": "sale_formats",
        "reason": "reasons",
        "method": "payment_methods",
    }
    if name == "seller_center_returns":
        lists["status"] = "told_statuses"  # what the host says of a request
    for part in ("orders", "lines", "payments", "requests"):
        for field, column in (loaded.get(part) or {}).get("columns", {}).items():
            if field in lists and isinstance(column, dict):
                known = yaml.safe_load((VOCABULARY / f"{lists[field]}.yaml").read_text(encoding="utf-8"))
                assert set(column.get("words", {}).values()) <= set(known)


def test_every_code_that_an_import_gives_has_words_in_both_languages() -> None:
    known = yaml.safe_load((VOCABULARY / "problems.yaml").read_text(encoding="utf-8"))
    folder = Path(__file__).parents[2] / "src" / "amends" / "exchange"
    used = {
        word.split('"')[0] for path in folder.glob("*.py") for word in path.read_text(encoding="utf-8").split('"')[1::2]
        if word.startswith("import_") and word.replace("_", "").isalpha()
    }  # fmt: skip
    assert used - {
        "import_orders",
        "import_requests",
        "import_returns",
        "import_rows",
        "import_kinds",
        "import_text",
        "import_run",
    } <= set(known)
