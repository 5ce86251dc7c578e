"""Object storage, any S3: objects are written once, only pointers change. Only this module imports boto3."""

import base64
import hashlib
import http.client
import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from heritage_color.errors import FixityError, ServiceError
from heritage_color.settings import Settings

IMMUTABLE = "public, max-age=31536000, immutable"
POINTER = "public, max-age=60"
BLOCK = 2**20
CONNECT_SECONDS = 10  # five tries; the usual minute each would be five minutes for a host that never answers
KEYS = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "InvalidToken", "Forbidden", "403")
OF_KEYS = (
    "GetObject",
    "HeadObject",
    "CopyObject",
    "DeleteObject",
)  # others know no key, unless a path is in the address
REGIONS = ("AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraintException")


@dataclass(frozen=True)
class Stored:
    """An object of a bucket; its `tag` (ETag) changes with its bytes."""

    key: str
    bytes: int
    tag: str


def sha256_file(path: Path) -> str:
    """Hex SHA-256 of a file, in constant memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Store:
    """One S3 server, as settings name it. Connects at the first call, not before."""

    def __init__(self, settings: Settings):
        self.settings = settings

    @cached_property
    def client(self):
        """The boto3 client."""
        import boto3
        from botocore.config import Config

        if not self.settings.s3_endpoint:
            raise ServiceError("No object storage is configured: set HERITAGE_S3_ENDPOINT, or `heritage-color up`.")
        if urlsplit(self.settings.s3_endpoint).path.rpartition("/")[2] in self._buckets():
            raise ServiceError(self._bucket_in_address())
        retries = {"max_attempts": 5, "mode": "standard"}
        return boto3.client(
            "s3",
            endpoint_url=self.settings.s3_endpoint,
            region_name=self.settings.s3_region,
            aws_access_key_id=self.settings.s3_access_key,
            aws_secret_access_key=self.settings.s3_secret_key,
            config=Config(s3={"addressing_style": "path"}, retries=retries, connect_timeout=CONNECT_SECONDS),
        )

    @contextmanager
    def telling(self, bucket: str = "") -> Iterator[None]:
        """What S3 server and network raise becomes a ServiceError with its remedy, but for a key that is not there.

        `bucket` is the one that is spoken of. Raises FixityError where bytes came that their own checksum denies.
        """
        from botocore.exceptions import BotoCoreError, FlexibleChecksumError

        try:
            yield
        except self.client.exceptions.NoSuchKey as error:
            if error.operation_name in OF_KEYS:
                raise
            raise ServiceError(self._sentence(error, bucket)) from error
        except FlexibleChecksumError as error:
            raise FixityError(
                f"An object of {bucket} came with other bytes than its checksum says: {error}"
            ) from error
        except (BotoCoreError, self.client.exceptions.ClientError) as error:
            raise ServiceError(self._sentence(error, bucket)) from error

    def _sentence(self, error, bucket: str) -> str:
        """What went wrong between us and the server, and what helps."""
        place, own = f"The S3 server at {self.settings.s3_endpoint}", self._variables()
        if not getattr(error, "response", None):
            return f"{place} {_trouble(error, own)}"
        code, said = (error.response["Error"].get(word, "") for word in ("Code", "Message"))
        answer = f"{code}: {said}".strip(" .:") or "an error"
        if code in ("NoSuchBucket", "404"):
            by = "" if own == "HERITAGE_SECOND" else ", or let `heritage-color migrate` make it"
            return f"{place} has no bucket {bucket}. Correct the bucket's name in the settings{by}."
        if code == "NoSuchKey":
            return self._bucket_in_address()
        if code in KEYS:
            return f"{place} does not let us in ({answer}). Correct {own}_ACCESS_KEY and {own}_SECRET_KEY."
        if code in REGIONS:
            return f"{place} is of another region ({answer}). Correct {own}_REGION."
        return f"{place} answers {answer}. Try again later, or correct {own}_ENDPOINT if it is no S3 server."

    def _variables(self) -> str:
        """How the variables begin that name this server: of the second store, both addresses are one."""
        settings = self.settings
        second = settings.second_endpoint and settings.second_endpoint == settings.s3_endpoint
        return "HERITAGE_SECOND" if second else "HERITAGE_S3"

    def check(self) -> None:
        """Ask the server something that needs our credentials. Raises ServiceError when it does not answer."""
        with self.telling():
            self.client.list_buckets()

    def check_bucket(self, bucket: str) -> None:
        """Ask whether a bucket is there for us. Raises ServiceError where it is not."""
        with self.telling(bucket):
            self.client.list_objects_v2(Bucket=bucket, MaxKeys=1)

    def _buckets(self) -> tuple[str, str]:
        return self.settings.archive_bucket, self.settings.public_bucket

    def _bucket_in_address(self) -> str:
        """What is said where each key would begin with a bucket's name, and nobody else would find it."""
        place = f"The S3 server at {self.settings.s3_endpoint} would be asked for a bucket inside a bucket."
        return f"{place} Correct {self._variables()}_ENDPOINT: no bucket stands in it."

    def _list_buckets(self) -> list[dict]:
        """All buckets. Raises ServiceError where what answers is a bucket itself, as a name stands in the address."""
        answer = self.client.list_buckets()
        if "Buckets" not in answer and urlsplit(self.settings.s3_endpoint).path.strip("/"):
            raise ServiceError(self._bucket_in_address())
        return answer.get("Buckets", [])

    def make_buckets(self) -> None:
        """Both buckets, where absent; the public one readable by everyone, object by object (not listable)."""
        statement = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": ["s3:GetObject"],
            "Resource": [f"arn:aws:s3:::{self.settings.public_bucket}/*"],
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        with self.telling(self.settings.archive_bucket):
            existing = {bucket["Name"] for bucket in self._list_buckets()}
            for bucket in {self.settings.archive_bucket, self.settings.public_bucket} - existing:
                self.client.create_bucket(Bucket=bucket)
            self.client.put_bucket_policy(Bucket=self.settings.public_bucket, Policy=policy)

    def write_once(self, bucket: str, key: str, body: Path | bytes, media_type: str, download_name: str = "") -> bool:
        """Store a file or bytes under a key that never changes. False when the key was already there.

        The SHA-256 goes with the request, so that the server refuses bytes damaged on the way.
        """
        further = {"ContentDisposition": f'inline; filename="{download_name}"'} if download_name else {}
        with self.telling(bucket):
            try:
                self._put(bucket, key, body, media_type, IfNoneMatch="*", **further)
            except self.client.exceptions.ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] in (409, 412):
                    return False
                raise
        return True

    def restore(self, bucket: str, key: str, body: Path, media_type: str) -> None:
        """Put a good copy in a damaged object's place: the one case in which an immutable key is written again."""
        with self.telling(bucket):
            self._put(bucket, key, body, media_type)

    def _put(self, bucket: str, key: str, body: Path | bytes, media_type: str, **further) -> None:
        digest = sha256_file(body) if isinstance(body, Path) else hashlib.sha256(body).hexdigest()
        with _opened(body) as stream:
            self.client.put_object(
                Bucket=bucket,
                Key=key,
                Body=stream,
                ContentType=media_type,
                CacheControl=IMMUTABLE,
                ChecksumSHA256=base64.b64encode(bytes.fromhex(digest)).decode(),
                **further,
            )

    def replace(self, bucket: str, key: str, body: bytes, media_type: str) -> None:
        """Write a pointer: an object that later runs replace, cached for a minute only."""
        with self.telling(bucket):
            self.client.put_object(Bucket=bucket, Key=key, Body=body, ContentType=media_type, CacheControl=POINTER)

    def verify(self, bucket: str, key: str, sha256: str) -> None:
        """Read an object back in full. Raises FixityError when its bytes are not those of the checksum."""
        found = self.digest(bucket, key)
        if found != sha256:
            raise FixityError(f"{bucket}/{key} should have SHA-256 {sha256}, the stored object has {found}.")

    def digest(self, bucket: str, key: str) -> str:
        """Hex SHA-256 of an object's stored bytes, read now, in constant memory.

        "nothing" where there is none, "unreadable" where the server has it and cannot give it.
        """
        total = hashlib.sha256()
        try:
            for block in self.stream(bucket, key):
                total.update(block)
        except self.client.exceptions.NoSuchKey:
            return "nothing"
        except FixityError:
            return "unreadable"
        return total.hexdigest()

    def stream(self, bucket: str, key: str) -> Iterator[bytes]:
        """An object's bytes in blocks of 1 MiB.

        Raises FixityError where the server has it and cannot give it: servers that keep checksums of their own answer
        so for bytes that rotted. Raises ServiceError where the server itself is away, or does not let us in.
        """
        from botocore.exceptions import BotoCoreError

        try:
            yield from self.client.get_object(Bucket=bucket, Key=key)["Body"].iter_chunks(BLOCK)
        except self.client.exceptions.NoSuchKey:
            raise
        except (BotoCoreError, self.client.exceptions.ClientError) as error:
            self.check_bucket(bucket)
            raise FixityError(f"{bucket}/{key} cannot be read: {error}") from error

    def open(self, bucket: str, key: str):
        """An object's bytes as a stream that is read once."""
        with self.telling(bucket):
            return self.client.get_object(Bucket=bucket, Key=key)["Body"]

    def fetch(self, bucket: str, key: str, destination: Path) -> Path:
        """An object as a file."""
        with destination.open("wb") as file:
            file.writelines(self.stream(bucket, key))
        return destination

    def read(self, bucket: str, key: str) -> bytes | None:
        """A small object whole, or None where there is none."""
        try:
            with self.telling(bucket):
                return self.client.get_object(Bucket=bucket, Key=key)["Body"].read()
        except self.client.exceptions.NoSuchKey:
            return None

    def keys(self, bucket: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Keys below a prefix and their sizes in bytes, sorted by key."""
        for item in self._items(bucket, prefix):
            yield item["Key"], item["Size"]

    def listing(self, bucket: str, prefix: str = "") -> list[Stored]:
        """All objects below a prefix of any bucket."""
        return [Stored(item["Key"], item["Size"], item["ETag"]) for item in self._items(bucket, prefix)]

    def dated(self, bucket: str, prefix: str) -> Iterator[tuple[datetime, str]]:
        """When each object below a prefix was written, and its key; sorted by key."""
        for item in self._items(bucket, prefix):
            yield item["LastModified"], item["Key"]

    def _items(self, bucket: str, prefix: str) -> Iterator[dict]:
        """What the server lists below a prefix. Raises ServiceError where it cannot be read."""
        pages = iter(self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix))
        while True:
            with self.telling(bucket):
                page: dict = next(pages, {})
            if not page:
                return
            yield from page.get("Contents", ())


def free_bytes(settings: Settings) -> int | None:
    """Bytes free on the S3 server's disks; None where nobody tells: S3 has no such call.

    SeaweedFS has: its volume server's page /status, which wants no token, names the disks of that server.
    """
    if not settings.s3_status:
        return None
    try:
        with urllib.request.urlopen(settings.s3_status, timeout=CONNECT_SECONDS) as answer:  # noqa: S310  (an operator's)
            disks = json.load(answer)["DiskStatuses"]
        return sum({(disk["all"], disk["used"]): int(disk["free"]) for disk in disks}.values())  # a disk counts once
    except (OSError, ValueError, TypeError, KeyError, http.client.HTTPException):
        return None


def _trouble(error, own: str) -> str:
    """What kept us from an answer, and what helps; `own` begins the variables of the server."""
    from botocore import exceptions as kinds

    if isinstance(error, kinds.SSLError):
        return (
            f"does not speak TLS as we do: correct {own}_ENDPOINT, which begins with http:// or https://, or its port."
        )
    if isinstance(error, kinds.NoCredentialsError | kinds.PartialCredentialsError):
        return f"wants a key: set {own}_ACCESS_KEY and {own}_SECRET_KEY."
    if isinstance(error, kinds.ParamValidationError):
        return f"cannot be asked so: {' '.join(str(error).split())}"
    if isinstance(error, kinds.HTTPClientError | kinds.ConnectionError):
        return f"does not answer, or broke off: start it, or correct {own}_ENDPOINT."
    return f"is not understood, perhaps no S3 server ({type(error).__name__}): correct {own}_ENDPOINT."


def _opened(body: Path | bytes):
    import io

    return body.open("rb") if isinstance(body, Path) else io.BytesIO(body)
