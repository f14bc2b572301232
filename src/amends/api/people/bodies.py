"""What callers send about people: members, invitations, providers, and what is known of a shop before it may work."""

from typing import Annotated, Literal

from msgspec import Meta

from amends.api.door.bodies import Moment, Name, Strict, Word

Language = Literal["zh", "en"]
Permission = Annotated[str, Meta(min_length=1, max_length=64)]
Permissions = Annotated[tuple[Permission, ...], Meta(max_length=64)]
Why = Annotated[str, Meta(max_length=200)]


class MemberBody(Strict, frozen=True, kw_only=True):
    """A role in a shop. Without permissions: those of the role. `from_at` begins it later; until then what was held goes on."""

    role: Word
    permissions: Permissions | None = None
    from_at: Moment | None = None
    provider: Word | None = None
    name: Annotated[str, Meta(max_length=200)] | None = None
    language: Language | None = None


class PlatformMemberBody(Strict, frozen=True, kw_only=True):
    """A role at the platform; without markets it holds in all of them."""

    role: Word
    permissions: Permissions | None = None
    markets: Annotated[tuple[Annotated[str, Meta(max_length=8)], ...], Meta(max_length=50)] = ()
    name: Annotated[str, Meta(max_length=200)] | None = None
    language: Language | None = None


class InvitationBody(Strict, frozen=True, kw_only=True):
    """Whom to invite, by the subject that their tokens bear, and as what."""

    subject: Name
    role: Word
    permissions: Permissions | None = None
    provider: Word | None = None


class PlatformInvitationBody(PlatformMemberBody, frozen=True, kw_only=True):
    """Whom to invite to work for the platform, by the subject that their tokens bear, as what and where; the name is theirs to change."""

    subject: Name


class AcceptBody(Strict, frozen=True, kw_only=True):
    """The code of an invitation."""

    code: Annotated[str, Meta(min_length=1, max_length=120)]


class ProviderBody(Strict, frozen=True, kw_only=True):
    """What a service provider may do in the shop, at most, through all its people."""

    name: Name
    permissions: Annotated[tuple[Permission, ...], Meta(min_length=1, max_length=64)]


class OnboardingBody(Strict, frozen=True, kw_only=True):
    """What was found, by the words of `onboarding_checks` and `mainland_china`; what is left out stays as it was."""

    found: Annotated[dict[Word, bool], Meta(min_length=1, max_length=40)]
