"""Starting the workbench: a free port of this machine, the project's folder held, the browser opened."""

from __future__ import annotations

import contextlib
import signal
import socket
import ssl
import threading
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.projects.project_folder import Project
from groundplan.projects.running import LONGEST, JobRunner
from groundplan.reading_bounds import keep_to
from groundplan.web.app import make_app
from groundplan.web.guarding.federation import Federation, open_provider
from groundplan.web.guarding.serving_place import HOST, PROXIES, ServingPlace
from groundplan.web.workbench import Workbench

if TYPE_CHECKING:
    from uvicorn._types import ASGIApplication

PORT = 8421
TRIES = 20
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"  # of TLS 1.2: those that authenticate what they encipher, with fresh keys
GRACE = 5  # seconds that open answers have when the server stops


def announced(line: str) -> None:
    """A line for whoever started the server, at once."""
    print(said(line), flush=True)


def run(folder: str | Path, *, port: int = 0, browser: bool = True, language: str = "en",
        place: ServingPlace | None = None, database: str = "", runs: int = 1, longest: float = LONGEST,
        progress: Callable[[str], None] = announced) -> str:  # fmt: skip
    """Serve a project folder till the server is stopped; its address.

    ``port``: 0 for the first that is free from 8421 on; ``place``: where and to whom, by default to who sits at this
    machine; ``database``: as ``Project.open`` takes it; ``runs`` at a time, each for ``longest`` hours at most.
    Raises ``ProjectTaken`` where another server has the folder, ``GroundplanError`` where the port is taken.
    """
    place = place or ServingPlace()
    provider = open_provider(place.oidc) if place.oidc else None
    with listening(port, place.host) as listener:
        number = listener.getsockname()[1]
        address = place.shown(number)
        project = Project.open(folder, database)
        if place.oidc and Path(place.oidc).resolve().is_relative_to(project.folder.resolve()):
            project.close()
            what = "the file of the provider holds a secret, and lies in the project's folder"
            raise GroundplanError(what, where="--oidc", fix="put it where only the server reads it")
        if place.people:
            keep_to(project.folder)
        try:
            project.hold(address)
            bench = Workbench(project, JobRunner(project, runs, longest=longest))
            bench.begin()
            servers: list[uvicorn.Server] = []
            app = make_app(
                bench, hosts=place.hosts(number), language=language, stop=lambda: _stop(servers), people=place.people,
                secure=place.secure, federation=Federation(provider, address) if provider else None,
                at_once=False,
            )  # fmt: skip
            server = uvicorn.Server(config_of(app, place))
            servers.append(server)
            with _early_stops(server):
                progress(f"The workbench is at {address}, for the folder {project.folder}; Ctrl-C stops it.")
                if not place.people and project.people.are_governed():
                    progress("It has people who sign in; without --people whoever sits here may everything.")
                if place.people and not project.people.are_governed():
                    code = project.people.first_code()
                    progress(f"Nobody administers it yet. Open {address}join within an hour, with the code {code}")
                if browser:
                    threading.Thread(target=_open_when_ready, args=(server, address), daemon=True).start()
                server.run(sockets=[listener])
        finally:
            project.close()
    return address


class _Served(uvicorn.Config):
    """As the library serves, with TLS from 1.2 on whatever the machine's own least version is."""

    def load(self) -> None:
        """Load what is served, and raise the least version of TLS."""
        super().load()
        if self.ssl is not None:
            self.ssl.minimum_version = max(self.ssl.minimum_version, ssl.TLSVersion.TLSv1_2)


def config_of(app: ASGIApplication, place: ServingPlace) -> uvicorn.Config:
    """How pages are served: no log of who asks for what, no word of the server's version, TLS from 1.2 on."""
    return _Served(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=GRACE,
        lifespan="on", ssl_certfile=place.certificate or None, ssl_keyfile=place.private_key or None,
        ssl_ciphers=CIPHERS, proxy_headers=bool(place.address), forwarded_allow_ips=list(PROXIES), http="h11",
    )  # fmt: skip


@contextlib.contextmanager
def listening(port: int, host: str = HOST) -> Iterator[socket.socket]:
    """A socket of this machine alone, or at the address of ``host``: at ``port``, for 0 at the first free one.

    Raises ``GroundplanError`` where the port that was asked for is taken.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        for number in [port] if port else [*range(PORT, PORT + TRIES), 0]:
            with contextlib.suppress(OSError):
                listener.bind((host, number))
                break
        else:
            raise GroundplanError(
                f"port {port} is taken", where="--port", fix="name another port, or none for one that is free"
            )
        listener.listen(128)  # who asks before the server is ready waits, and is not refused
        yield listener
    finally:
        listener.close()


@contextlib.contextmanager
def _early_stops(server: uvicorn.Server) -> Iterator[None]:
    """A signal that comes before the server listens to signals itself ends it too, and is passed on after its end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        heard.append(number)
        server.should_exit = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if heard:
        signal.raise_signal(heard[0])


def _stop(servers: list[uvicorn.Server]) -> None:
    for server in servers:
        server.should_exit = True


def _open_when_ready(server: uvicorn.Server, address: str) -> None:
    ready = threading.Event()
    while not server.started and not server.should_exit:
        ready.wait(0.05)
    if server.started:
        webbrowser.open(address)
