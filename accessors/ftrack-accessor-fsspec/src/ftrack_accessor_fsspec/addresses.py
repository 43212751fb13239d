"""Reading the URL: which protocol of fsspec, where, and what of it may be shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit, urlunsplit

from ftrack_core.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.parse import SplitResult

    from ftrack_core.ports import AccessorSpec

__all__ = ["Address"]

_SECRET = ("auth", "credential", "key", "pass", "secret", "sas", "token")
_SHORTEST_SECRET = 4


@dataclass(frozen=True)
class Address:
    """Where the files are: *protocol* is fsspec's name, *url* what fsspec is told."""

    protocol: str
    url: str = field(repr=False)
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, spec: AccessorSpec) -> Address:
        """Read *spec*; raise `ConfigurationError` for a URL that names no place."""
        scheme, rest = spec.scheme, spec.rest
        if scheme == "fsspec":
            scheme, _, rest = rest.partition(":")
        protocol = scheme.removeprefix("fsspec+").lower()
        if not protocol or not rest.startswith("//"):
            raise ConfigurationError(
                f"an address of {protocol or 'fsspec'} is written "
                f"{protocol or 'sftp'}://host/folder, with two slashes behind the colon"
            )
        return cls(protocol, f"{protocol}:{rest}", dict(spec.options))

    @property
    def parts(self) -> SplitResult:
        """The URL in its parts."""
        return urlsplit(self.url)

    @property
    def user(self) -> str | None:
        """The user in the URL, if it names one."""
        return unquote(self.parts.username) if self.parts.username else None

    @property
    def password(self) -> str | None:
        """The password in the URL, if it holds one."""
        return unquote(self.parts.password) if self.parts.password else None

    @property
    def shown(self) -> str:
        """The URL without user and password."""
        parts = self.parts
        return urlunsplit((parts.scheme, self.place, parts.path, "", ""))

    @property
    def place(self) -> str:
        """Host and port."""
        return self.parts.netloc.rpartition("@")[2]

    def without_secrets(self, text: str) -> str:
        """Return *text* with every secret of the URL and of the options replaced by ``***``."""
        for secret in self._secrets():
            text = text.replace(secret, "***")
        return text

    def _secrets(self) -> list[str]:
        held = [self.parts.password or "", self.password or ""]
        for name, value in self.options.items():
            if any(word in name.lower() for word in _SECRET):
                held.extend(str(one) for one in _values(value))
        return [one for one in held if len(one) >= _SHORTEST_SECRET]


def _values(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]
