"""Settings: one frozen record, read once from HERITAGE_* variables. Only this module reads the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from heritage_color.errors import SettingsError
from heritage_color.keys import Variable
from heritage_color.texts import FORMS

Value = TypeVar("Value", str, int, Path)
Words = tuple[str, ...]
Range = tuple[int, int] | None  # the least and the most

PREFIX = "HERITAGE_"
ROOT = Path(__file__).resolve().parents[1]
MEBIBYTE, TEBIBYTE = 2**20, 2**40
MOST_SHOWN = 60  # signs of a wrong value that a sentence repeats


def _setting(
    default: Value, about: str, choices: Words = (), within: Range = None, form: str = "", secret: bool = False
) -> Value:
    """A field: `within` are the least and the most of a number, `form` names the rule of a text's shape (`FORMS`).

    A secret stands in no `repr` and in no sentence.
    """
    facts = {"about": about, "choices": choices, "within": within, "form": form, "secret": secret}
    return field(default=default, repr=not secret, metadata=facts)


@dataclass(frozen=True)
class Settings:
    """Where things are and how much of the machine to use. Each field is the variable HERITAGE_<FIELD>."""

    home: Path = _setting(ROOT / ".heritage", "folder of embedded services, training runs and fetched models")
    database: str = _setting(
        "", "the catalog's PostgreSQL address, postgresql://user:password@host:port/name", secret=True, form="database"
    )
    s3_endpoint: str = _setting("", "address of the S3 server, as the pipeline reaches it", form="address")
    s3_region: str = _setting("us-east-1", "region of the S3 server", form="region")
    s3_access_key: str = _setting("", "access key of the S3 server")
    s3_secret_key: str = _setting("", "secret key of the S3 server", secret=True)
    s3_status: str = _setting(
        "",
        "page of SeaweedFS's volume server that tells its free space, such as http://host:9340/status; empty: free "
        "space is not looked at",
        form="address",
    )
    archive_bucket: str = _setting("heritage-archive", "private bucket: masters and colorizations", form="bucket")
    public_bucket: str = _setting("heritage-public", "public bucket: what is published", form="bucket")
    public_url: str = _setting(
        "", "address under which the public reads the public bucket; empty: endpoint/bucket", form="address"
    )
    second_endpoint: str = _setting(
        "", "address of a second S3 server with copies, from which `repair` takes; empty: none", form="address"
    )
    second_region: str = _setting("us-east-1", "region of the second S3 server", form="region")
    second_access_key: str = _setting("", "access key of the second S3 server; reading is enough")
    second_secret_key: str = _setting("", "secret key of the second S3 server", secret=True)
    second_bucket: str = _setting(
        "heritage-archive", "bucket of copies on the second S3 server, under the same keys", form="bucket"
    )
    institution: str = _setting("Our archive", "name of the institution, as labels show it")
    time_zone: str = _setting(
        "UTC", "time zone in which pages show times, as Europe/Vienna or Asia/Kathmandu", form="zone"
    )
    bag_profile: str = _setting(
        "", "URI of the BagIt profile that `bag` names in bag-info.txt as BagIt-Profile-Identifier; empty: none"
    )
    method: str = _setting("fusion-lite", "colorization method of the pipeline")
    preset: str = _setting("balanced", "faithful, balanced or vivid", ("faithful", "balanced", "vivid"))
    weights: Path = _setting(ROOT / "heritage_color" / "weights", "folder of the weight files")
    inception_weights: str = _setting(
        "heritage", "Inception-ResNetV2 weights of `fusion`: heritage (shipped), imagenet, or a file"
    )
    lanes: int = _setting(1, "colorization lanes of one run: one per slot of the gpu pool", within=(1, 256))
    claim_size: int = _setting(4, "scans a lane claims at once", within=(1, 1_000))
    lease_seconds: int = _setting(300, "after that long a silent lane's claims are free again", within=(1, 86_400))
    max_pixels: int = _setting(500_000_000, "a picture with more pixels is refused", within=(1, 10**11))
    decode_seconds: int = _setting(120, "a picture that takes longer to decode is refused", within=(1, 86_400))
    decode_memory: int = _setting(
        4 * 2**30, "bytes that decoding one picture may take", within=(16 * MEBIBYTE, TEBIBYTE)
    )
    profile: str = _setting(
        "any",
        "technical profile of scans' headers: any, fadgi-3-star-photographs, metamorfoze-light, or a policy file",
    )
    unpack_entries: int = _setting(
        100_000, "a packed delivery, or one in a bucket, with more files is refused", within=(1, 10**8)
    )
    unpack_ratio: int = _setting(
        100, "an archive that unpacks to more than so many times its size is refused", within=(1, 100_000)
    )
    virus_scanner: str = _setting(
        "",
        "clamd that scans what is delivered: its socket, such as /run/clamav/clamd.ctl, or host:port; empty: no scan",
        form="scanner",
    )
    virus_scan_bytes: int = _setting(
        25 * MEBIBYTE,
        "files with more bytes are not scanned, and the report says so; set it no higher than clamd's "
        "StreamMaxLength, MaxFileSize and MaxScanSize: of a file over MaxFileSize clamd says OK without reading it",
        within=(1, 2**31 - 1),
    )
    inbox: str = _setting("", "watched folder: each folder or archive in it is a delivery; empty: none is watched")
    inbox_prefix: str = _setting(
        "", "watched prefix of a bucket, as s3://bucket/inbox; empty: none is watched", form="prefix"
    )
    inbox_quiet_seconds: int = _setting(
        600, "without its .done a delivery is whole when it has not changed so long", within=(0, 7 * 86_400)
    )
    uploads: str = _setting("", "folder of uploads through the deliveries page; empty: `uploads` below HERITAGE_HOME")
    upload_file_bytes: int = _setting(
        8 * 2**30, "an uploaded file with more bytes is refused", within=(1, 100 * TEBIBYTE)
    )
    upload_bytes: int = _setting(
        100 * 2**30, "an upload with more bytes in all is refused", within=(1, 100 * TEBIBYTE)
    )
    upload_days: int = _setting(
        30,
        "days after which an upload that nobody goes on with, or that was taken in, is removed from the disk",
        within=(1, 3_650),
    )
    votes_wanted: int = _setting(15, "votes per picture after which a campaign stops showing it", within=(1, 10_000))
    rater_votes_minute: int = _setting(
        120,
        "votes that one rater may send in a minute; a network twenty times as many, pages five times as many",
        within=(1, 100_000),
    )
    burst_raters: int = _setting(
        40, "so many new raters of one network within an hour are a burst: votes are held", within=(1, 1_000_000)
    )
    network_days: int = _setting(
        7, "days for which it is known, as a salted hash, from which network a rater voted", within=(1, 3_650)
    )
    silent_hours: int = _setting(
        48, "an open campaign without a vote for so many hours raises an alert", within=(1, 87_600)
    )
    fixity_bytes: int = _setting(
        50 * 2**30, "bytes that one audit_fixity run re-reads at most", within=(1, 1_000 * TEBIBYTE)
    )
    export_days: int = _setting(
        30, "days after which an export of the catalog that newer ones followed is removed", within=(1, 36_500)
    )
    web_address: str = _setting(
        "http://127.0.0.1:8000", "address of the web application, as people reach it", form="address"
    )
    trusted_proxies: str = _setting(
        "",
        "proxies before the web application, which it believes when they say for whom they ask (X-Forwarded-For): "
        "addresses and networks, parted by commas, as 10.0.0.5,172.16.0.0/12; empty: none",
        form="networks",
    )
    staff_password: str = _setting(
        "",
        "makes whoever signs in with it the first administrator, while nobody has an account; empty: nobody",
        secret=True,
    )
    oidc_issuer: str = _setting(
        "", "OpenID Connect provider where staff sign in, as it calls itself; empty: none", form="address"
    )
    oidc_client_id: str = _setting("", "name under which the provider knows this site")
    oidc_client_secret: str = _setting(
        "", "secret that the provider gave this site; empty: a public client", secret=True
    )
    oidc_scopes: str = _setting("openid profile", "what the provider is asked for, parted by spaces")
    oidc_claim: str = _setting("groups", "claim that holds a person's groups; dots lead inside: realm_access.roles")
    oidc_roles: str = _setting("", "which group has which role, as museum-curators=curator,museum-it=administrator")
    session_secret: str = _setting("", "key that signs sessions; empty: a new one at each start", secret=True)

    @property
    def uploads_folder(self) -> Path:
        """Where uploads arrive, and lie until they are taken in."""
        return Path(self.uploads) if self.uploads else self.home / "uploads"

    @property
    def public_address(self) -> str:
        """Address of the public bucket, without a slash at its end."""
        return (self.public_url or f"{self.s3_endpoint}/{self.public_bucket}").rstrip("/")


def read(environment: Mapping[Variable, str] | None = None) -> Settings:
    """The settings of this process. Raises SettingsError for values that do not fit: a sentence for each variable."""
    environment = os.environ if environment is None else environment
    known = {PREFIX + item.name.upper(): item for item in fields(Settings)}
    unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
    faults = [f"Unknown setting {', '.join(unknown)}. docs/settings.md lists all settings."] if unknown else []
    values: dict[str, Any] = {}
    for name, item in known.items():
        if name in environment:
            try:
                values[item.name] = _convert(item, environment[name])
            except ValueError as error:
                faults.append(_fault(name, item, environment[name], str(error)))
    if faults:
        raise SettingsError("\n".join(faults))
    return Settings(**values)


def _convert(item: Field[object], text: str) -> object:
    """Return the field's value. Raises ValueError that says what it must be."""
    if any("\ud800" <= sign <= "\udfff" for sign in text) and item.type is not Path:
        raise ValueError("must be UTF-8 text")
    if item.metadata["choices"] and text not in item.metadata["choices"]:
        raise ValueError(f"must be one of {', '.join(item.metadata['choices'])}")
    if item.type is int:
        return _number(text, *item.metadata["within"])
    form = item.metadata["form"]
    if form and text != item.default:
        return FORMS[form](text)
    return Path(text) if item.type is Path else text


def _fault(name: str, item: Field[object], text: str, must: str) -> str:
    """Return the sentence on a value; it is repeated where it surely holds no password."""
    if item.metadata["secret"] or "@" in text:
        return f"{name} {must}."
    return f"{name} {must}, found {text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + ' ...'!r}."


def _number(text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"\s*[+-]?[0-9]{1,30}\s*", text) or not least <= int(text) <= most:
        raise ValueError(f"must be a whole number from {least} to {most}")
    return int(text)


def to_environment(settings: Settings) -> dict[Variable, str]:
    """The variables that make another process read the same settings."""
    return {PREFIX + item.name.upper(): str(getattr(settings, item.name)) for item in fields(Settings)}
