"""S3 servers: one client per server and role, and what their errors mean. Only this module imports boto3."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from heritage_color.errors import FixityError, MissingObject, ServiceError
from heritage_color.keys import ObjectKey, Word
from heritage_color.settings import Settings

CONNECT_SECONDS = 10  # five tries; the usual minute each would be five minutes for a host that never answers
CONNECTIONS = 50  # kept open by one client; the web application answers 40 requests at once
KEYS = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "InvalidToken", "Forbidden", "403")
OF_KEYS = (
    "GetObject",
    "HeadObject",
    "CopyObject",
    "DeleteObject",
)  # others know no key, unless the address has a path
REGIONS = ("AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraintException")


class Role(StrEnum):
    """As who a store is used: what each may do is for the server to say, by the keys that it is given."""

    WORKER = "worker"  # a stage: reads the archive and adds to it
    PUBLISHER = "publisher"  # writes the public bucket, too
    READER = "reader"  # pages that show what is there


class Clients:
    """The clients of this process, by server, keys and role: each keeps connections that the next request takes.

    boto3's default session is not for threads, and a client takes as long to make as many requests do: each is made
    once, under a lock, from a session of its own, and is for all threads. A forked process begins with none.
    """

    def __init__(self) -> None:
        self.forget()
        os.register_at_fork(after_in_child=self.forget)

    def forget(self) -> None:
        """Begin anew: a socket of the process before must not be used by two."""
        self._made: dict[tuple[str, ...], Any] = {}
        self._lock = threading.Lock()

    def get(self, settings: Settings, role: Role) -> Any:
        """Return the boto3 client for a server in a role. Raises ServiceError where the settings name no S3 server."""
        name = (settings.s3_endpoint, settings.s3_region, settings.s3_access_key, settings.s3_secret_key, role)
        client = self._made.get(name)
        if client is None:
            check_address(settings)
            with self._lock:
                client = self._made.get(name) or _make(settings)
                self._made[name] = client
        return client


def _make(settings: Settings) -> Any:
    from boto3.session import Session
    from botocore.config import Config

    config = Config(
        s3={"addressing_style": "path"},
        retries={"max_attempts": 5, "mode": "standard"},
        connect_timeout=CONNECT_SECONDS,
        max_pool_connections=CONNECTIONS,
    )
    return Session().client(
        "s3",
        endpoint_url=settings.s3_endpoint,
        region_name=settings.s3_region,
        aws_access_key_id=settings.s3_access_key,
        aws_secret_access_key=settings.s3_secret_key,
        config=config,
    )


clients = Clients()


def check_address(settings: Settings) -> None:
    """Raises ServiceError where no S3 server is named, or its address leads into a bucket."""
    if not settings.s3_endpoint:
        raise ServiceError("No object storage is configured: set HERITAGE_S3_ENDPOINT, or `heritage-color up`.")
    last = urlsplit(settings.s3_endpoint).path.rpartition("/")[2]
    if last in (settings.archive_bucket, settings.public_bucket):
        raise ServiceError(bucket_in_address(settings))


def bucket_in_address(settings: Settings) -> str:
    """Return what is said where each key would begin with a bucket's name, and nobody else would find it."""
    place = f"The S3 server at {settings.s3_endpoint} would be asked for a bucket inside a bucket."
    return f"{place} Correct {_variables(settings)}_ENDPOINT: no bucket stands in it."


@contextmanager
def telling(settings: Settings, bucket: str = "", key: ObjectKey = "") -> Iterator[None]:
    """What S3 server and network raise becomes an error of ours, with a sentence on the bucket and key spoken of.

    Raises MissingObject where there is no such key, FixityError where bytes came that their own checksum denies, and
    ServiceError, with its remedy, for all else.
    """
    from botocore.exceptions import BotoCoreError, ClientError, FlexibleChecksumError

    try:
        yield
    except FlexibleChecksumError as error:
        raise FixityError(f"An object of {bucket} came with other bytes than its checksum says: {error}") from error
    except (BotoCoreError, ClientError) as error:
        if code(error) == "NoSuchKey" and getattr(error, "operation_name", "") in OF_KEYS:
            raise MissingObject(f"{bucket}/{key} is not there.") from error
        raise ServiceError(_sentence(settings, error, bucket)) from error


@contextmanager
def telling_of_bytes(bucket: str, key: ObjectKey, check_bucket: Callable[[str], None]) -> Iterator[None]:
    """The same while an object's bytes are read: a server that is in order and cannot give them has lost them.

    `check_bucket` raises ServiceError where the server itself is away, or does not let us in. Servers that keep
    checksums of their own answer so for bytes that rotted: FixityError.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        if code(error) == "NoSuchKey":
            raise MissingObject(f"{bucket}/{key} is not there.") from error
        check_bucket(bucket)
        raise FixityError(f"{bucket}/{key} cannot be read: {error}") from error


def _response(error: Exception) -> dict[Word, dict[Word, object]]:
    """Return what the server answered; nothing where the connection ended before, for which botocore keeps None."""
    return getattr(error, "response", None) or {}


def code(error: Exception) -> str:
    """Return the server's own word for an error; empty where the server said nothing."""
    return str(_response(error).get("Error", {}).get("Code", ""))


def is_there_already(error: Exception) -> bool:
    """Return whether a write that must not replace anything was refused for what is there."""
    return _response(error).get("ResponseMetadata", {}).get("HTTPStatusCode") in (409, 412)


def _sentence(settings: Settings, error: Exception, bucket: str) -> str:
    """Return what went wrong between us and the server, and what helps."""
    place, names = f"The S3 server at {settings.s3_endpoint}", _variables(settings)
    if not getattr(error, "response", None):
        return f"{place} {_trouble(error, names)}"
    word, text = code(error), str(_response(error).get("Error", {}).get("Message", ""))
    answer = f"{word}: {text}".strip(" .:") or "an error"
    if word in ("NoSuchBucket", "404"):
        by = "" if names == "HERITAGE_SECOND" else ", or let `heritage-color migrate` make it"
        return f"{place} has no bucket {bucket}. Correct the bucket's name in the settings{by}."
    if word == "NoSuchKey":
        return bucket_in_address(settings)
    if word in KEYS:
        return f"{place} does not let us in ({answer}). Correct {names}_ACCESS_KEY and {names}_SECRET_KEY."
    if word in REGIONS:
        return f"{place} is of another region ({answer}). Correct {names}_REGION."
    return f"{place} answers {answer}. Try again later, or correct {names}_ENDPOINT if it is no S3 server."


def _variables(settings: Settings) -> str:
    """Return how the variables begin that name this server: of the second store, both addresses are one."""
    second = settings.second_endpoint and settings.second_endpoint == settings.s3_endpoint
    return "HERITAGE_SECOND" if second else "HERITAGE_S3"


def _trouble(error: Exception, names: str) -> str:
    """Return what kept us from an answer, and what helps; `names` begins the variables of the server."""
    from botocore import exceptions as kinds

    if isinstance(error, kinds.SSLError):
        return (
            f"does not speak TLS as we do: correct {names}_ENDPOINT, which begins with http:// or https://, or its "
            "port."
        )
    if isinstance(error, kinds.NoCredentialsError | kinds.PartialCredentialsError):
        return f"wants a key: set {names}_ACCESS_KEY and {names}_SECRET_KEY."
    if isinstance(error, kinds.ParamValidationError):
        return f"cannot be asked so: {' '.join(str(error).split())}"
    if isinstance(error, kinds.HTTPClientError | kinds.ConnectionError):
        return f"does not answer, or broke off: start it, or correct {names}_ENDPOINT."
    return f"is not understood, perhaps no S3 server ({type(error).__name__}): correct {names}_ENDPOINT."
