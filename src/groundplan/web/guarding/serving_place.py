"""Where a workbench is served and to whom: to who sits at the machine, or to people who sign in, over a network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from groundplan.errors import GroundplanError, raise_all
from groundplan.web.guarding.request_guards import LOOPBACK

HOST = "127.0.0.1"
PROXIES = ("127.0.0.1", "::1")  # who is believed when it says for whom it asks
HERE = ("127.0.0.1", "::1", "localhost")
USUAL = {"https": 443, "http": 80}


@dataclass(frozen=True)
class ServingPlace:
    """``host``: the network address that is listened at; ``address``: what people type, where that is another one, as
    behind a proxy; ``people``: they sign in; ``certificate`` and ``private_key``: files, for HTTPS without a proxy;
    ``oidc``: the file of a provider where they may sign in too.

    Raises ``GroundplanError`` where passwords would cross a network in the clear, or files are not there, all at once.
    """

    host: str = HOST
    address: str = ""
    people: bool = False
    certificate: str = ""
    private_key: str = ""
    oidc: str = ""

    def __post_init__(self) -> None:
        faults = [*self._address_faults(), *self._file_faults()]
        if self.host not in HERE and not self.certificate:
            faults.append(
                GroundplanError(
                    "passwords would go over the network in the clear", where="--host",
                    fix="give --certificate and --private-key, or leave --host out and put a proxy with TLS before it, "
                    "with --address",
                )
            )  # fmt: skip
        if self.host in ("0.0.0.0", "::") and not self.address:
            faults.append(
                GroundplanError(
                    "it is not said what people type",
                    where="--address",
                    fix="give the name of this machine: --address https://plan.example.org:8421",
                )
            )
        if not self.people and (self.host not in HERE or self.address):
            faults.append(
                GroundplanError(
                    "others than who sits at this machine have to sign in", where="--people", fix="add --people"
                )
            )
        raise_all(faults)

    def _address_faults(self) -> list[GroundplanError]:
        if not self.address:
            return []
        parts = urlsplit(self.address)
        try:
            plain = parts.scheme in USUAL and parts.hostname and not parts.username and (parts.port or 1)
        except ValueError:
            plain = False
        fix = "write it as people type it: --address https://plan.example.org"
        if not plain or parts.path not in ("", "/") or parts.query or parts.fragment:
            return [GroundplanError(f"'{self.address[:80]}' is no address of pages", where="--address", fix=fix)]
        if parts.scheme == "http" and parts.hostname not in HERE:
            return [GroundplanError("passwords would go over the network in the clear", where="--address", fix=fix)]
        return []

    def _file_faults(self) -> list[GroundplanError]:
        said = {"--certificate": self.certificate, "--private-key": self.private_key}
        if any(said.values()) and not all(said.values()):
            return [GroundplanError("a certificate and its private key go together", where=", ".join(said),
                                    fix="give both")]  # fmt: skip
        return [
            GroundplanError(f"there is no file {file}", where=flag, fix="give the path of a file in PEM form")
            for flag, file in said.items() if file and not Path(file).is_file()
        ]  # fmt: skip

    @property
    def secure(self) -> bool:
        """Whether people ask by HTTPS."""
        return bool(self.certificate) or self.address.startswith("https:")

    def shown(self, port: int) -> str:
        """The address of the first page."""
        if self.address:
            return self.address.rstrip("/") + "/"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{host}:{port}/"

    def hosts(self, port: int) -> list[str]:
        """The names that the server answers to."""
        names = [f"{name}:{port}" for name in LOOPBACK]
        parts = urlsplit(self.shown(port))
        names += [parts.netloc]
        if self.address and parts.port == USUAL[parts.scheme]:
            names += [str(parts.hostname)]
        return names
