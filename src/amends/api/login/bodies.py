"""What a browser sends and gets about logging in."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from amends.api.door.bodies import Strict
from amends.api.door.passwords import LONGEST
from amends.api.people.bodies import Language

Login = Annotated[str, Meta(min_length=1, max_length=200)]
Password = Annotated[str, Meta(min_length=1, max_length=LONGEST)]
Code = Annotated[str, Meta(min_length=6, max_length=40)]


class LoginBody(Strict, frozen=True, kw_only=True):
    """Who logs in. `code` is of the second factor, or a recovery code; it is asked for where the account has one."""

    login: Login
    password: Password
    code: Code | None = None


class ConfirmBody(Strict, frozen=True, kw_only=True):
    """The password, or a code of the second factor, once more."""

    password: Password | None = None
    code: Code | None = None


class PasswordBody(Strict, frozen=True, kw_only=True):
    """The password that was, and the one that shall be."""

    old: Password
    new: Password


class CodeBody(Strict, frozen=True, kw_only=True):
    """A code of the second factor."""

    code: Code


class JoinBody(Strict, frozen=True, kw_only=True):
    """The code of an invitation, and the password of the account that it begins. Without a login it is the one that was invited."""

    code: Annotated[str, Meta(min_length=1, max_length=120)]
    password: Password
    login: Login | None = None
    name: Annotated[str, Meta(max_length=200)] | None = None
    language: Language | None = None


class PersonBody(Strict, frozen=True, kw_only=True):
    """What somebody says of themselves; what is left out stays."""

    name: Annotated[str, Meta(max_length=200)] | None = None
    language: Language | None = None


class DemoBody(Strict, frozen=True, kw_only=True):
    """One of the people of the demo."""

    person: Annotated[str, Meta(min_length=1, max_length=220)]


class LoggedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A session that has begun. `csrf` goes into `X-CSRF-Token` of every call that is no GET."""

    person: str
    csrf: str
    ends_at: datetime
    confirmed_until: datetime


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody is logged in."""

    id: UUID
    begun_at: datetime
    seen_at: datetime
    ends_at: datetime
    agent: str
    current: bool


class Sessions(msgspec.Struct, frozen=True, kw_only=True):
    """Where I am logged in, the last used first."""

    sessions: list[SessionView]


class SecondFactorView(msgspec.Struct, frozen=True, kw_only=True):
    """A second factor that is not yet in force: its secret for an app, as text, address and picture (SVG)."""

    secret: str
    uri: str
    picture: str


class RecoveryCodes(msgspec.Struct, frozen=True, kw_only=True):
    """Codes that work once each in place of the second factor; nobody can show them again."""

    codes: list[str]


class InvitedView(msgspec.Struct, frozen=True, kw_only=True):
    """What an invitation is for. Without a shop it is to work for the platform, in `markets` (none means all of them).

    With `has_account` its person logs in to accept it; `name` is what whoever invites calls them.
    """

    person: str
    login: str
    name: str
    shop: str | None
    market: str | None
    markets: list[str]
    role: str
    permissions: list[str]
    provider: str | None
    expires_at: datetime
    has_account: bool


class DemoPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the demo. With `link` they are a buyer, whose page it opens."""

    person: str
    name: str
    kind: str
    role: str | None
    who: dict[str, str]
    shops: list[str]
    link: str | None


class DemoPeople(msgspec.Struct, frozen=True, kw_only=True):
    """Who can be logged in with one click."""

    people: list[DemoPerson]
