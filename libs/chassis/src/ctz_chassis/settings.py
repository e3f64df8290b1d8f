"""Settings: one frozen object for a process, read once from the environment and passed down."""

import dataclasses
import enum
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


class SettingsError(Exception):
    """An environment variable is missing, unknown or has a bad value; names the variable, never its value."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")
        self.name = name
        self.problem = problem


class Environment(enum.StrEnum):
    """Where the process runs; only development opens what helps developers."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class LogFormat(enum.StrEnum):
    """How log lines are written."""

    JSON = "json"
    TEXT = "text"


class LogLevel(enum.StrEnum):
    """The least severe log line that is written."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


def _shared(name: str, help_text: str) -> dict[str, str]:
    return {"name": name, "help": help_text}


@dataclass(frozen=True, slots=True)
class CommonSettings:
    """What every process of the system reads under the same names."""

    jwks_file: Path = field(metadata=_shared("CTZ_JWKS_FILE", "file with the public keys of all services"))
    public_url: str = field(metadata=_shared("CTZ_PUBLIC_URL", "address at which people reach the product"))
    broker_url: str = field(
        default="",
        repr=False,
        metadata=_shared("CTZ_BROKER_URL", "amqp:// or postgresql:// address of the broker; empty without one"),
    )
    env: Environment = field(
        default=Environment.PRODUCTION, metadata=_shared("CTZ_ENV", "development, test or production")
    )
    log_level: LogLevel = field(default=LogLevel.INFO, metadata=_shared("CTZ_LOG_LEVEL", "least severe line"))
    log_format: LogFormat = field(default=LogFormat.JSON, metadata=_shared("CTZ_LOG_FORMAT", "json or text"))


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """What every service reads under its own prefix."""

    database_url: str = field(repr=False, metadata={"help": "address of the database, under the runtime role"})
    signing_key_file: Path = field(metadata={"help": "file with the Ed25519 private key of this service"})
    owner_database_url: str | None = field(
        default=None, repr=False, metadata={"help": "address under the owning role; only for `migrate`"}
    )
    host: str = field(default="127.0.0.1", metadata={"help": "address that the servers listen on"})
    http_port: int = field(default=8080, metadata={"help": "port of health, metrics and HTTP routes"})
    grpc_port: int = field(default=50051, metadata={"help": "port of gRPC"})
    grpc_threads: int = field(default=12, metadata={"help": "how many calls are handled at once"})
    probe_port: int = field(default=0, metadata={"help": "port of health and metrics of `consume` and `work`; 0: none"})
    consume: bool = field(default=False, metadata={"help": "run event consumers and relay inside `serve`"})
    drain_pause_seconds: float = field(
        default=0.0, metadata={"help": "between readiness turning false and refusing new calls"}
    )
    drain_seconds: float = field(default=15.0, metadata={"help": "how long running calls may take to end"})


@dataclass(frozen=True, slots=True)
class Targets:
    """Where the services answer gRPC, as gRPC targets (`dns:///workouts:50051`, `127.0.0.1:7002`)."""

    identity_target: str = field(metadata=_shared("CTZ_IDENTITY_TARGET", "gRPC target of identity"))
    peloton_sync_target: str = field(metadata=_shared("CTZ_PELOTON_SYNC_TARGET", "gRPC target of peloton-sync"))
    workouts_target: str = field(metadata=_shared("CTZ_WORKOUTS_TARGET", "gRPC target of workouts"))
    plans_target: str = field(metadata=_shared("CTZ_PLANS_TARGET", "gRPC target of plans"))
    challenges_target: str = field(metadata=_shared("CTZ_CHALLENGES_TARGET", "gRPC target of challenges"))


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable that a settings class reads."""

    name: str
    kind: Any
    field: dataclasses.Field[Any]

    @property
    def is_required(self) -> bool:
        """Whether the process refuses to start without it."""
        return self.field.default is dataclasses.MISSING and self.field.default_factory is dataclasses.MISSING

    @property
    def is_secret(self) -> bool:
        """Whether its value must not be shown; such a value may also come from a file."""
        return not self.field.repr

    @property
    def file_name(self) -> str:
        """The variable that names a file with the value, for secrets that stay out of the environment."""
        return f"{self.name}_FILE"


def prefix_of(service: str) -> str:
    """Return the prefix of a service's variables: `PELOTON_SYNC` for `peloton-sync`."""
    return service.upper().replace("-", "_")


def load(cls: type[T], prefix: str, environ: Mapping[str, str]) -> T:
    """Build a settings object from `CTZ_<PREFIX>_<FIELD>`; nested dataclasses read under the same prefix.

    A field with `metadata={"name": …}` reads that full name. An empty value counts as not set. A secret (a field with
    `repr=False`) is read from the file that `<NAME>_FILE` names, where that is set in place of `<NAME>`.
    """
    settings = _build(cls, prefix, environ)
    own = f"CTZ_{prefix}_"
    known = {f"{own}TARGET"}  # where others find this one
    for variable in variables(cls, prefix):
        known |= {variable.name, variable.file_name} if variable.is_secret else {variable.name}
    for name in sorted(environ):
        if name.startswith(own) and name not in known:
            raise SettingsError(name, "is not a setting of this service")
    return settings


def variables(cls: type[Any], prefix: str) -> Iterator[Variable]:
    """List the variables that a settings class reads, in the order of its fields."""
    kinds = typing.get_type_hints(cls)
    for each in dataclasses.fields(cls):
        kind = kinds[each.name]
        if dataclasses.is_dataclass(kind):
            yield from variables(typing.cast("type[Any]", kind), prefix)
        else:
            yield Variable(each.metadata.get("name", f"CTZ_{prefix}_{each.name.upper()}"), kind, each)


def _build(cls: type[T], prefix: str, environ: Mapping[str, str]) -> T:
    kinds = typing.get_type_hints(cls)
    values: dict[str, Any] = {}
    for each in dataclasses.fields(typing.cast("type[Any]", cls)):
        kind = kinds[each.name]
        if dataclasses.is_dataclass(kind):
            values[each.name] = _build(typing.cast("type[Any]", kind), prefix, environ)
            continue
        variable = Variable(each.metadata.get("name", f"CTZ_{prefix}_{each.name.upper()}"), kind, each)
        text = _text(variable, environ)
        if text:
            values[each.name] = _parsed(variable, kind, text)
        elif variable.is_required:
            raise SettingsError(variable.name, f"is not set: {each.metadata.get('help', 'it is needed')}")
    return cls(**values)


def _text(variable: Variable, environ: Mapping[str, str]) -> str:
    text, file = environ.get(variable.name, ""), environ.get(variable.file_name, "") if variable.is_secret else ""
    if not file:
        return text
    if text:
        raise SettingsError(variable.file_name, f"is set, and so is {variable.name}: give one of them")
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        raise SettingsError(variable.file_name, "names a file that cannot be read") from error


def _parsed(variable: Variable, kind: Any, text: str) -> Any:
    origin = typing.get_origin(kind)
    if origin in {typing.Union, types.UnionType}:
        (kind,) = (each for each in typing.get_args(kind) if each is not type(None))
        return _parsed(variable, kind, text)
    if origin is tuple:
        item = typing.get_args(kind)[0]
        return tuple(_parsed(variable, item, part.strip()) for part in text.split(",") if part.strip())
    try:
        return _parser(kind)(text)
    except (ValueError, KeyError) as error:
        raise SettingsError(variable.name, f"must be {_wanted(kind)}") from error


def _parser(kind: Any) -> Callable[[str], Any]:
    return _flag if kind is bool else typing.cast("Callable[[str], Any]", kind)


def _flag(text: str) -> bool:
    word = text.strip().lower()
    if word not in _TRUE | _FALSE:
        raise ValueError(word)
    return word in _TRUE


def _wanted(kind: Any) -> str:
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return "one of " + ", ".join(str(each.value) for each in kind)
    words = {int: "a whole number", float: "a number", bool: "true or false"}
    return words.get(kind, "of another form")
