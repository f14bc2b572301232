"""The checks run against a real database with the real policies; only the outside world is faked."""

from tests.marketplace_fixtures import marketplace, marketplace_template

__all__ = ["marketplace", "marketplace_template"]
