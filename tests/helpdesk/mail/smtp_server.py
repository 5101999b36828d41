"""An SMTP server that misbehaves at a chosen step, and certificates to serve it with."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Server:
    """Answers each command with the `answers` given for it, else with 250; None says nothing more, "cut" hangs up.

    The answer to the mail itself is that of ".".
    """

    answers: dict[str, str | None] = field(default_factory=dict)
    delay_seconds: float = 0.0
    heard: list[str] = field(default_factory=list)
    port: int = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        usual = {"greeting": "220 mail.example", "EHLO": "250 mail.example", "DATA": "354 go on", "QUIT": "221 bye"}
        said, in_data = "greeting", False
        while True:
            await asyncio.sleep(self.delay_seconds)
            if not in_data or said == ".":
                in_data = False
                answer = self.answers.get(said, usual.get(said, "250 OK"))
                if answer == "cut":
                    break
                if answer is not None:
                    writer.write(f"{answer}\r\n".encode())
                in_data = said == "DATA" and str(answer).startswith("354")
            if not (line := await reader.readline()):
                break
            self.heard.append(line.decode().rstrip())
            said = self.heard[-1] if in_data else self.heard[-1].split(" ")[0].split(":")[0].upper()
        writer.close()


@asynccontextmanager
async def served(server: Server) -> AsyncIterator[Server]:
    listener = await asyncio.start_server(server, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    yield server
    listener.close()


def make_certificate(folder: Path) -> Path | None:
    """A self-signed certificate for 127.0.0.1 with its key, in one file; None where there is no openssl."""
    openssl, file = shutil.which("openssl"), folder / "certificate.pem"
    if openssl is None:
        return None
    made = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run(  # noqa: S603 - arguments are all our own
        [openssl, *made.split(), "-keyout", str(folder / "key.pem"), "-out", str(file)], check=True, capture_output=True
    )
    file.write_bytes(file.read_bytes() + (folder / "key.pem").read_bytes())
    return file


def tls_of(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
