"""Who may log in to the demo: somebody for each role, with accounts that one click opens while the demo runs."""

import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

import asyncpg

from amends.api.door.passwords import hashed_now
from amends.domain.rulebook.shape import Vocabulary
from amends.domain.topics.onboarding import MAINLAND
from amends.store.accounts import add_account
from amends.store.database import queries, transaction
from amends.store.members import Grant, begin
from amends.store.tokens import create_token

PASSWORD_BYTES: Final = 9
BY: Final = "demo"


class Somebody(NamedTuple):
    """A person of the demo. `shops` are references; `token` is the name of the token that they have besides."""

    kind: str
    subject: str
    name: str
    role: str
    zh: str
    en: str
    shops: tuple[str, ...] = ()
    permissions: tuple[str, ...] | None = None
    token: str | None = None


PEOPLE: Final = (
    Somebody("seller", "us_cards", "Grace Hudson", "main_account", "Hudson Card Vault 主账号，可处理一切售后",
             "main account of Hudson Card Vault: may do everything there", ("us_cards",), ("*",), "seller"),
    Somebody("seller", "us_cards.trainee", "Tim Park", "custom", "同店子账号，未勾选“售后处理”权限",
             "its staff without the right to handle after-sales", ("us_cards",), ("orders.read", "cases.read"), "trainee"),
    Somebody("seller", "operator", "周岚 Lan Zhou", "provider_manager", "代运营主管，一个账号管理三家店铺",
             "runs three shops for their owners, in one seat", ("us_cards", "us_home", "gb_teatime")),
    Somebody("platform", "rita", "Rita Okafor", "reviewer", "平台审核：仲裁与复核", "reviewer of the platform: disputes and re-checks"),
    Somebody("platform", "sam", "Sam Lindqvist", "senior_reviewer", "高级审核：大额裁决与申诉",
             "senior reviewer: large rulings and appeals"),
    Somebody("platform", "sofia", "Sofia Marques", "senior_reviewer", "第二位高级审核：双人复核时确认裁决",
             "the second person where two must agree"),
    Somebody("platform", "omar", "Omar Haddad", "refund_operator", "运营：退款异常与待处理事项",
             "operations: failed refunds and what waits for people"),
    Somebody("platform", "dana", "Dana Whitfield", "platform_admin", "平台管理员，可查看与裁决一切",
             "platform staff: sees and decides everything", (), ("*",), "platform"),
)  # fmt: skip


async def people_of_demo(
    pool: asyncpg.Pool, shops: dict[str, int], roles: dict[str, tuple[str, ...]], buyers: tuple[str, ...], *, live: bool
) -> dict[str, Any]:
    """Make them; what their owner may read: tokens, and the one password of all accounts. `buyers` are linked to their pages."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    kept = [await _person(pool, one, shops, roles, password, live=live) for one in PEOPLE]
    kept += [await _buyer(pool, buyer, n, live=live) for n, buyer in enumerate(buyers)]
    kept.append(await _carrier(pool, live=live))
    return {"password": password, "people": kept}


async def ready_shops(pool: asyncpg.Pool, shops: Iterable[int], vocabulary: Vocabulary, replying: int) -> None:
    """What the platform has found about the shops: they may work. One of them has set its quick replies."""
    found = {word: True for word, term in vocabulary.words("onboarding_checks").items() if not term.traits.get("computed")}
    found[MAINLAND] = False
    says = [term.says for term in vocabulary.words("quick_replies").values()]
    for shop in shops:
        async with transaction(pool, [shop]) as connection:
            await connection.execute(queries("put_onboarding"), shop, list(found), list(found.values()), BY)
            if shop == replying:
                await connection.execute(
                    queries("insert_quick_replies"), shop, [one.zh for one in says], [one.en for one in says], BY
                )


async def _person(
    pool: asyncpg.Pool, one: Somebody, shops: dict[str, int], roles: dict[str, tuple[str, ...]], password: str, *, live: bool
) -> dict[str, Any]:
    person, named = f"{one.kind}:{one.subject}", [shops[shop] for shop in one.shops if shop in shops]
    held = roles[one.role] if one.permissions is None else one.permissions
    async with transaction(pool, named) as connection:
        await connection.execute(queries("ensure_person"), person, one.kind, one.name, "en")
        for shop in named:
            await begin(connection, shop, Grant(person=person, role=one.role, permissions=held, by=BY))
        if one.kind == "platform":
            await connection.execute(queries("insert_platform_membership"), person, one.role, sorted(held), [], BY)
        await add_account(connection, person, one.subject, hashed_now(password), demo=True)
    says = {"zh": one.zh, "en": one.en}
    told = {"name": one.token or one.subject, "called": one.name, "kind": one.kind, "person": person, "login": one.subject,
            "who": one.en, "says": says}  # fmt: skip
    if one.token is None:
        return told
    made = await create_token(pool, kind=one.kind, subject=one.subject, label=f"demo: {one.en}", shops=named,  # type: ignore[arg-type]
                              permissions=held, live=live)  # fmt: skip
    return told | {"token": made.text}


async def _buyer(pool: asyncpg.Pool, buyer: str, number: int, *, live: bool) -> dict[str, Any]:
    says = {"zh": "买家：自己的订单与售后", "en": "a buyer: their own orders and cases"}
    made = await create_token(pool, kind="buyer", subject=buyer, label=f"demo: {says['en']}", permissions=(), live=live)
    name = "buyer" if not number else f"buyer_{number + 1}"
    return {"name": name, "called": buyer, "kind": "buyer", "person": f"buyer:{buyer}", "who": says["en"], "says": says,
            "token": made.text}  # fmt: skip


async def _carrier(pool: asyncpg.Pool, *, live: bool) -> dict[str, Any]:
    says = {"zh": "承运商：上报物流", "en": "a carrier: reports scans"}
    made = await create_token(pool, kind="carrier", subject="usps", label=f"demo: {says['en']}", permissions=(), live=live)
    return {"name": "carrier", "called": "USPS", "kind": "carrier", "who": says["en"], "says": says, "token": made.text}


def write_private(path: Path, kept: dict[str, Any]) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
    fresh.replace(path)
