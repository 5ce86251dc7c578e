"""Object storage, any S3: objects are written once, only pointers change."""

import base64
import hashlib
import http.client
import io
import json
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from heritage_color import s3
from heritage_color.digests import BLOCK, sha256_file
from heritage_color.errors import FixityError, MissingObject, ServiceError
from heritage_color.keys import ObjectKey, Sha256
from heritage_color.s3 import Role
from heritage_color.settings import Settings

IMMUTABLE = "public, max-age=31536000, immutable"
POINTER = "public, max-age=60"
NAMED_BY_CHECKSUM = "/sha256/"  # in the key of an object that never changes


@dataclass(frozen=True)
class Stored:
    """An object of a bucket; its `tag` (ETag) changes with its bytes."""

    key: ObjectKey
    bytes: int
    tag: str
    written: datetime


class Store:
    """One S3 server, as settings name it, used in a role. Connects at the first call, not before.

    Each call raises ServiceError where the server is away or refuses us, MissingObject where there is no such key.
    """

    def __init__(self, settings: Settings, role: Role = Role.WORKER):
        self.settings, self.role = settings, role

    @property
    def client(self) -> Any:
        """The boto3 client, one for all stores of this process that use the same server in the same role."""
        return s3.clients.get(self.settings, self.role)

    def telling(self, bucket: str = "", key: ObjectKey = "") -> AbstractContextManager[None]:
        """What S3 server and network raise becomes an error of ours; see `s3.telling`."""
        return s3.telling(self.settings, bucket, key)

    def check(self) -> None:
        """Ask the server something that needs our credentials. Raises ServiceError when it does not answer."""
        with self.telling():
            self.client.list_buckets()

    def check_bucket(self, bucket: str) -> None:
        """Ask whether a bucket is there for us. Raises ServiceError where it is not."""
        with self.telling(bucket):
            self.client.list_objects_v2(Bucket=bucket, MaxKeys=1)

    def _bucket_names(self) -> set[str]:
        """All buckets. Raises ServiceError where what answers is a bucket itself, as a name stands in the address."""
        answer = self.client.list_buckets()
        if "Buckets" not in answer and urlsplit(self.settings.s3_endpoint).path.strip("/"):
            raise ServiceError(s3.bucket_in_address(self.settings))
        return {bucket["Name"] for bucket in answer.get("Buckets", [])}

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
            for bucket in {self.settings.archive_bucket, self.settings.public_bucket} - self._bucket_names():
                self.client.create_bucket(Bucket=bucket)
            self.client.put_bucket_policy(Bucket=self.settings.public_bucket, Policy=policy)

    def write_once(
        self, bucket: str, key: ObjectKey, body: Path | bytes, media_type: str, download_name: str = ""
    ) -> bool:
        """Store a file or bytes under a key that never changes. False when the key was already there.

        The SHA-256 goes with the request, so that the server refuses bytes damaged on the way.
        """
        further = {"ContentDisposition": f'inline; filename="{download_name}"'} if download_name else {}
        with self.telling(bucket, key):
            try:
                self._put(bucket, key, body, media_type, IfNoneMatch="*", **further)
            except self.client.exceptions.ClientError as error:
                if s3.is_there_already(error):
                    return False
                raise
        return True

    def restore(self, bucket: str, key: ObjectKey, body: Path, media_type: str) -> None:
        """Put a good copy in a damaged object's place: the one case in which an immutable key is written again."""
        with self.telling(bucket, key):
            self._put(bucket, key, body, media_type)

    def _put(self, bucket: str, key: ObjectKey, body: Path | bytes, media_type: str, **further: str) -> None:
        digest = sha256_file(body) if isinstance(body, Path) else hashlib.sha256(body).hexdigest()
        with body.open("rb") if isinstance(body, Path) else io.BytesIO(body) as stream:
            self.client.put_object(
                Bucket=bucket,
                Key=key,
                Body=stream,
                ContentType=media_type,
                CacheControl=IMMUTABLE,
                ChecksumSHA256=base64.b64encode(bytes.fromhex(digest)).decode(),
                **further,
            )

    def replace(self, bucket: str, key: ObjectKey, body: bytes, media_type: str) -> None:
        """Write a pointer: an object that later runs replace, cached for a minute only.

        Raises FixityError for a key that names a checksum: its bytes are those, for good.
        """
        if NAMED_BY_CHECKSUM in key:
            raise FixityError(f"{bucket}/{key} is named after its bytes and is never written again.")
        with self.telling(bucket, key):
            self.client.put_object(Bucket=bucket, Key=key, Body=body, ContentType=media_type, CacheControl=POINTER)

    def verify(self, bucket: str, key: ObjectKey, sha256: Sha256) -> None:
        """Read an object back in full. Raises FixityError when its bytes are not those of the checksum."""
        stored = self.digest(bucket, key)
        if stored != sha256:
            raise FixityError(f"{bucket}/{key} should have SHA-256 {sha256}, the stored object has {stored}.")

    def digest(self, bucket: str, key: ObjectKey) -> Sha256:
        """Hex SHA-256 of an object's stored bytes, read now, in constant memory.

        "nothing" where there is none, "unreadable" where the server has it and cannot give it.
        """
        total = hashlib.sha256()
        try:
            for block in self.stream(bucket, key):
                total.update(block)
        except MissingObject:
            return "nothing"
        except FixityError:
            return "unreadable"
        return total.hexdigest()

    def stream(self, bucket: str, key: ObjectKey) -> Iterator[bytes]:
        """An object's bytes in blocks of 1 MiB. Raises FixityError where the server has it and cannot give it."""
        with s3.telling_of_bytes(bucket, key, self.check_bucket):
            yield from self.client.get_object(Bucket=bucket, Key=key)["Body"].iter_chunks(BLOCK)

    def open(self, bucket: str, key: ObjectKey) -> IO[bytes]:
        """An object's bytes as a stream that is read once; read it within `telling`."""
        with self.telling(bucket, key):
            stream: IO[bytes] = self.client.get_object(Bucket=bucket, Key=key)["Body"]
            return stream

    def fetch(self, bucket: str, key: ObjectKey, destination: Path) -> Path:
        """An object as a file, as it is stored: what must be right comes through an archive instead."""
        with destination.open("wb") as file:
            file.writelines(self.stream(bucket, key))
        return destination

    def read(self, bucket: str, key: ObjectKey) -> bytes | None:
        """A small object whole, or None where there is none."""
        try:
            with self.telling(bucket, key):
                content: bytes = self.client.get_object(Bucket=bucket, Key=key)["Body"].read()
                return content
        except MissingObject:
            return None

    def delete(self, bucket: str, key: ObjectKey) -> None:
        """Take an object away; nothing happens where there is none."""
        with self.telling(bucket, key):
            self.client.delete_object(Bucket=bucket, Key=key)

    def keys(self, bucket: str, prefix: str = "") -> Iterator[tuple[ObjectKey, int]]:
        """Keys below a prefix and their sizes in bytes, sorted by key."""
        for stored in self._below(bucket, prefix):
            yield stored.key, stored.bytes

    def dated(self, bucket: str, prefix: str) -> Iterator[tuple[datetime, ObjectKey]]:
        """When each object below a prefix was written, and its key; sorted by key."""
        for stored in self._below(bucket, prefix):
            yield stored.written, stored.key

    def listing(self, bucket: str, prefix: str = "") -> list[Stored]:
        """Return all objects below a prefix of any bucket, sorted by key."""
        return list(self._below(bucket, prefix))

    def _below(self, bucket: str, prefix: str) -> Iterator[Stored]:
        pages = iter(self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix))
        while True:
            with self.telling(bucket):
                page = next(pages, None)
            if not page:
                return
            for item in page.get("Contents", ()):
                yield Stored(item["Key"], item["Size"], item["ETag"], item["LastModified"])


def free_bytes(settings: Settings) -> int | None:
    """Bytes free on the S3 server's disks; None where nobody tells: S3 has no such call.

    SeaweedFS has: its volume server's page /status, which wants no token, names the disks of that server.
    """
    if not settings.s3_status:
        return None
    try:
        with urllib.request.urlopen(settings.s3_status, timeout=s3.CONNECT_SECONDS) as answer:  # noqa: S310  (an operator's)
            disks = json.load(answer)["DiskStatuses"]
        return sum({(disk["all"], disk["used"]): int(disk["free"]) for disk in disks}.values())  # a disk counts once
    except (OSError, ValueError, TypeError, KeyError, http.client.HTTPException):
        return None
