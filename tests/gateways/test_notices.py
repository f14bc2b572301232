"""Notices leave for a mail server or for a marketplace's own service, and each answer of theirs means one thing."""

import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from email import message_from_bytes
from email.policy import default
from typing import IO

import pytest

from amends.gateways.notices import Away, Carried, Notice, Refused, Taken
from amends.gateways.notices_http import HttpNotices
from amends.gateways.notices_smtp import SmtpNotices
from amends.settings import BadSetting, from_environment
from amends.worker.run import notices_of

NOTICE = Notice(
    key="notice-1", to="shop@example.com", subject="Deadline near\r\nBcc: spy@example.com", text="退款 O-1\n.\nuntil 18:00"
)


@asynccontextmanager
async def service(status: int) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A marketplace's own service that gives everybody the same answer."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                heard.append(head + await reader.readexactly(length))
                writer.write(f"HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n".encode())
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/told/people", heard
        server.close()


async def carried(status: int) -> Carried:
    async with service(status) as (url, _):
        gateway = HttpNotices(url, token="t0k")
        try:
            return await gateway.carry(NOTICE)
        finally:
            await gateway.close()


async def test_a_marketplaces_own_service_gets_the_notice_with_its_key_and_our_token() -> None:
    async with service(202) as (url, heard):
        gateway = HttpNotices(url, token="t0k")
        assert await gateway.carry(NOTICE) == Taken()
        assert await gateway.carry(NOTICE) == Taken()
        await gateway.close()
    head, _, body = heard[0].partition(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    assert lines[0] == "post /told/people http/1.1"
    assert {"idempotency-key: notice-1", "authorization: bearer t0k", "content-type: application/json"} <= set(lines)
    assert json.loads(body) == {"key": NOTICE.key, "to": NOTICE.to, "subject": NOTICE.subject, "text": NOTICE.text}
    assert heard[1] == heard[0]  # the same notice again is the same call: whoever took it may know it by its key


@pytest.mark.parametrize("status", [400, 404, 410, 422])
async def test_what_is_wrong_with_the_notice_itself_is_refused_for_good(status: int) -> None:
    assert await carried(status) == Refused(f"answered_otherwise {status}")


@pytest.mark.parametrize("status", [401, 403, 408, 409, 425, 429, 500, 503, 302])
async def test_what_may_be_better_later_is_tried_later(status: int) -> None:
    assert await carried(status) == Away(f"answered_otherwise {status}")


async def test_nobody_there_is_away() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert await HttpNotices(f"http://127.0.0.1:{port}").carry(NOTICE) == Away("unreachable")


class Mailbox:
    """A mail server of one mail, and what it heard. It says `rcpt` of the address and `data` of the mail."""

    def __init__(self, rcpt: str, data: str) -> None:
        self.says = {"RCPT": rcpt, "DATA": "354 go on", "QUIT": "221 bye"}
        self.taken = data
        self.rcpt: list[str] = []
        self.mails: list[str] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]

    def serve(self) -> None:
        connection, _ = self.listening.accept()
        with connection, connection.makefile("rw", encoding="utf-8", newline="") as talk:
            _say(talk, "220 ready")
            while line := talk.readline():
                word = line.split()[0].upper()
                _say(talk, self.says.get(word, "250 yes"))
                if word == "RCPT":
                    self.rcpt.append(line.split(":", 1)[1].strip())
                elif word == "DATA":
                    self.mails.append("".join(iter(talk.readline, ".\r\n")))
                    _say(talk, self.taken)
                elif word == "QUIT":
                    return


def _say(talk: IO[str], line: str) -> None:
    talk.write(line + "\r\n")
    talk.flush()


@contextmanager
def mail_server(rcpt: str = "250 yes", data: str = "250 taken") -> Iterator[Mailbox]:
    """A mail server on this machine."""
    box = Mailbox(rcpt, data)
    thread = threading.Thread(target=box.serve, daemon=True)
    thread.start()
    try:
        yield box
    finally:
        box.listening.close()
        thread.join(5)


async def mailed(box: Mailbox) -> Carried:
    return await SmtpNotices(f"smtp://127.0.0.1:{box.port}", "amends@shop.example", total_s=5).carry(NOTICE)


async def test_a_mail_reaches_one_address_with_its_words_and_an_id_that_never_changes() -> None:
    with mail_server() as box:
        assert await mailed(box) == Taken()
    assert box.rcpt == ["<shop@example.com>"]
    mail = message_from_bytes(box.mails[0].replace("\r\n..", "\r\n.").encode(), policy=default)
    assert (mail["To"], mail["From"], mail["Message-ID"]) == ("shop@example.com", "amends@shop.example", "<notice-1@amends>")
    assert mail["Subject"] == "Deadline near Bcc: spy@example.com"  # a line break in a subject begins no header
    assert mail["Bcc"] is None
    assert mail.get_content().replace("\r\n", "\n").strip() == NOTICE.text


@pytest.mark.parametrize(
    ("rcpt", "data", "said"),
    [
        ("550 nobody", "250 taken", Refused("recipient_refused")),
        ("450 full", "250 taken", Away("recipient_not_now")),
        ("250 yes", "554 spam", Refused("smtp_554")),
        ("250 yes", "451 later", Away("smtp_451")),
    ],
)
async def test_a_mail_servers_word_means_for_good_or_not_now(rcpt: str, data: str, said: Carried) -> None:
    with mail_server(rcpt, data) as box:
        assert await mailed(box) == said


async def test_a_password_never_travels_in_the_clear() -> None:
    with mail_server() as box:
        said = await SmtpNotices(f"smtp://me:secret@127.0.0.1:{box.port}", "a@b.example", total_s=5).carry(NOTICE)
    assert isinstance(said, Away)
    assert not box.mails


def test_a_marketplaces_own_service_goes_before_the_mail_server() -> None:
    both = {"AMENDS_NOTICES_URL": "https://tell.shop.example/notices", "AMENDS_SMTP_URL": "smtp://mail.example"}
    assert isinstance(notices_of(from_environment(both)), HttpNotices)
    assert isinstance(notices_of(from_environment({"AMENDS_SMTP_URL": "smtp://mail.example"})), SmtpNotices)
    assert notices_of(from_environment({})) is None
    with pytest.raises(BadSetting, match="AMENDS_NOTICES_URL"):
        from_environment({"AMENDS_NOTICES_URL": "tell.shop.example"})
