"""Mail servers that nobody here wrote: they deliver to a sink, and hand what comes back to us over LMTP."""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.demo import ROOT, missing

HARAKA = ROOT / "tests" / "servers" / "node_modules" / ".bin" / "haraka"
BOUNCE_DOMAIN = "desk.example.com"
_ROUTES = """\
exports.hook_connect = (next, connection) => { connection.relaying = true; next() }
exports.hook_get_mx = (next, hmail, domain) => next(OK, domain === '%s'
    ? { exchange: '127.0.0.1', port: %d, priority: 0, using_lmtp: true }
    : { exchange: '127.0.0.1', port: %d, priority: 0 })
"""
_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.partner.example
mydestination =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtp_dns_support_level = disabled
relayhost = [127.0.0.1]:{sink}
transport_maps = inline:{{ {{ {domain} = lmtp:[127.0.0.1]:{lmtp} }} }}
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
delay_warning_time = 1s
"""
# What the package comes with, less what only other mail systems need; not in a chroot, which lies elsewhere.
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@contextmanager
def running_haraka(folder: Path, sink: int, lmtp: int) -> Iterator[int]:
    """Its port. It needs no rights, reports failures at once, and nothing else."""
    if not HARAKA.exists():
        missing("Haraka is not fetched (make test-all does)")
    port = free_port()
    _write(folder / "config" / "smtp.ini", f"listen=127.0.0.1:{port}\nnodes=0\n")
    _write(folder / "config" / "log.ini", "[main]\nlevel=notice\n")
    # Without these headings Haraka fails at the first greeting.
    _write(folder / "config" / "connection.ini", "[main]\n[message]\n[uuid]\n[max]\n[haproxy]\n[headers]\n")
    _write(folder / "config" / "me", "mail.partner.example\n")
    _write(folder / "config" / "plugins", "routes\n")
    _write(folder / "plugins" / "routes.js", _ROUTES % (BOUNCE_DOMAIN, lmtp, sink))
    (folder / "queue").mkdir()
    process = subprocess.Popen(  # noqa: S603
        [HARAKA, "-c", folder], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    guard = threading.Timer(60, process.kill)
    guard.start()
    try:
        assert process.stdout
        assert any("Listening on" in line for line in process.stdout)
        guard.cancel()
        # Read to its end: a full pipe would stop it.
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield port
    finally:
        guard.cancel()
        process.kill()
        process.wait(10)


@contextmanager
def running_postfix(folder: Path, sink: int, lmtp: int) -> Iterator[int]:
    """Its port. It reports successes, delays after a second, and failures."""
    if shutil.which("postfix") is None or os.geteuid() != 0:
        missing("no Postfix on this machine, or no right to start one")
    port = free_port()
    folder.chmod(0o755)
    config = folder / "config"
    _write(config / "main.cf", _MAIN.format(folder=folder, sink=sink, lmtp=lmtp, domain=BOUNCE_DOMAIN))
    _write(config / "master.cf", _MASTER.format(port=port))
    for name in ("queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    _postfix(config, "start")
    try:
        yield port
    finally:
        _postfix(config, "stop")


def _postfix(config: Path, act: str) -> None:
    subprocess.run(["postfix", "-c", config, act], check=True, timeout=60, capture_output=True)  # noqa: S603, S607


def _write(file: Path, content: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(content)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
