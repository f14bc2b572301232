"""The pages are tried against the running interface, so the fixtures are those of its tests."""

from tests.api.conftest import market, published, settings_more

__all__ = ["market", "published", "settings_more"]
