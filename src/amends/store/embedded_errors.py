"""What can be wrong with the machine when the embedded database is started: each with a code and a sentence for a person."""

import errno
from pathlib import Path
from typing import ClassVar


class EmbeddedError(Exception):
    """The embedded database cannot be had. `code` is stable; the message says what to do."""

    code: ClassVar[str] = "database_start_failed"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BinariesMissingError(EmbeddedError):
    """The PostgreSQL binaries are not installed."""

    code = "database_binaries_missing"


class HomeNotWritableError(EmbeddedError):
    """The folder for the data cannot be created or written."""

    code = "home_not_writable"


class DiskFullError(EmbeddedError):
    """No room is left where the data lies."""

    code = "disk_full"


class PortTakenError(EmbeddedError):
    """Another program listens on the port that was asked for."""

    code = "port_taken"


class ForeignDataError(EmbeddedError):
    """The data folder holds something that this supervisor did not put there."""

    code = "foreign_data"


class VersionMismatchError(ForeignDataError):
    """The data was written by another major version of PostgreSQL."""

    code = "database_version_mismatch"


def told(said: str, place: Path) -> EmbeddedError:
    """The error that the server's own words stand for."""
    if "No space left on device" in said:
        return DiskFullError(f"The disk is full at {place}. Free some space, or set AMENDS_HOME elsewhere.")
    if "Address already in use" in said or "could not bind" in said:
        return PortTakenError("The database's port is taken by another program.")
    if "incompatible with server" in said:
        return VersionMismatchError(f"The data at {place} was written by another version of PostgreSQL.")
    return EmbeddedError(f"PostgreSQL did not start at {place}. It said:\n{said.strip()[-2000:]}")


def named(trouble: OSError, place: Path) -> EmbeddedError:
    """The error that an error of the file system stands for."""
    if trouble.errno == errno.ENOSPC:
        return DiskFullError(f"The disk is full at {place}. Free some space, or set AMENDS_HOME elsewhere.")
    return HomeNotWritableError(f"{place} cannot be used: {trouble}. Set AMENDS_HOME to a folder of yours.")
