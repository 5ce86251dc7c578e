"""Settings: one frozen record, read once from HERITAGE_* variables. Only this module reads the environment."""

import os
from dataclasses import dataclass, field, fields
from pathlib import Path

from heritage_color.errors import SettingsError

PREFIX = "HERITAGE_"
ROOT = Path(__file__).resolve().parents[1]


def _setting(default, about: str, choices: tuple[str, ...] = ()):
    return field(default=default, metadata={"about": about, "choices": choices})


@dataclass(frozen=True)
class Settings:
    """Where things are and how much of the machine to use. Each field is the variable HERITAGE_<FIELD>."""

    home: Path = _setting(ROOT / ".heritage", "folder of embedded services, training runs and fetched models")
    database: str = _setting("", "the catalog's PostgreSQL address, postgresql://user:password@host:port/name")
    s3_endpoint: str = _setting("", "address of the S3 server, as the pipeline reaches it")
    s3_region: str = _setting("us-east-1", "region of the S3 server")
    s3_access_key: str = _setting("", "access key of the S3 server")
    s3_secret_key: str = _setting("", "secret key of the S3 server")
    archive_bucket: str = _setting("heritage-archive", "private bucket: masters and colorizations")
    public_bucket: str = _setting("heritage-public", "public bucket: what is published")
    public_url: str = _setting("", "address under which the public reads the public bucket; empty: endpoint/bucket")
    second_endpoint: str = _setting(
        "", "address of a second S3 server with copies, from which `repair` takes; empty: none"
    )
    second_region: str = _setting("us-east-1", "region of the second S3 server")
    second_access_key: str = _setting("", "access key of the second S3 server; reading is enough")
    second_secret_key: str = _setting("", "secret key of the second S3 server")
    second_bucket: str = _setting("heritage-archive", "bucket of copies on the second S3 server, under the same keys")
    institution: str = _setting("Our archive", "name of the institution, as labels show it")
    method: str = _setting("fusion-lite", "colorization method of the pipeline")
    preset: str = _setting("balanced", "faithful, balanced or vivid", ("faithful", "balanced", "vivid"))
    weights: Path = _setting(ROOT / "heritage_color" / "weights", "folder of the weight files")
    inception_weights: str = _setting(
        "heritage", "Inception-ResNetV2 weights of `fusion`: heritage (shipped), imagenet, or a file"
    )
    lanes: int = _setting(1, "colorization lanes of one run: one per slot of the gpu pool")
    claim_size: int = _setting(4, "scans a lane claims at once")
    lease_seconds: int = _setting(300, "after that long a silent lane's claims are free again")
    max_pixels: int = _setting(500_000_000, "a picture with more pixels is refused")
    decode_seconds: int = _setting(120, "a picture that takes longer to decode is refused")
    decode_memory: int = _setting(4 * 2**30, "bytes that decoding one picture may take")
    profile: str = _setting(
        "any",
        "technical profile of scans' headers: any, fadgi-3-star-photographs, metamorfoze-light, or a policy file",
    )
    unpack_entries: int = _setting(100_000, "a packed delivery, or one in a bucket, with more files is refused")
    unpack_ratio: int = _setting(100, "an archive that unpacks to more than so many times its size is refused")
    inbox: str = _setting("", "watched folder: each folder or archive in it is a delivery; empty: none is watched")
    inbox_prefix: str = _setting("", "watched prefix of a bucket, as s3://bucket/inbox; empty: none is watched")
    inbox_quiet_seconds: int = _setting(600, "without its .done a delivery is whole when it has not changed so long")
    uploads: str = _setting("", "folder of uploads through the deliveries page; empty: `uploads` below HERITAGE_HOME")
    upload_file_bytes: int = _setting(8 * 2**30, "an uploaded file with more bytes is refused")
    upload_bytes: int = _setting(100 * 2**30, "an upload with more bytes in all is refused")
    upload_days: int = _setting(
        30, "days after which an upload that nobody goes on with, or that was taken in, is removed from the disk"
    )
    votes_wanted: int = _setting(15, "votes per picture after which a campaign stops showing it")
    rater_votes_minute: int = _setting(
        120, "votes that one rater may send in a minute; a network twenty times as many, pages five times as many"
    )
    burst_raters: int = _setting(40, "so many new raters of one network within an hour are a burst: votes are held")
    network_days: int = _setting(7, "days for which it is known, as a salted hash, from which network a rater voted")
    silent_hours: int = _setting(48, "an open campaign without a vote for so many hours raises an alert")
    fixity_bytes: int = _setting(50 * 2**30, "bytes that one audit_fixity run re-reads at most")
    web_address: str = _setting("http://127.0.0.1:8000", "address of the web application, as people reach it")
    staff_password: str = _setting(
        "", "makes whoever signs in with it the first administrator, while nobody has an account; empty: nobody"
    )
    oidc_issuer: str = _setting("", "OpenID Connect provider where staff sign in, as it calls itself; empty: none")
    oidc_client_id: str = _setting("", "name under which the provider knows this site")
    oidc_client_secret: str = _setting("", "secret that the provider gave this site; empty: a public client")
    oidc_scopes: str = _setting("openid profile", "what the provider is asked for, parted by spaces")
    oidc_claim: str = _setting("groups", "claim that holds a person's groups; dots lead inside: realm_access.roles")
    oidc_roles: str = _setting("", "which group has which role, as museum-curators=curator,museum-it=administrator")
    session_secret: str = _setting("", "key that signs sessions; empty: a new one at each start")

    @property
    def uploads_folder(self) -> Path:
        """Where uploads arrive, and lie until they are taken in."""
        return Path(self.uploads) if self.uploads else self.home / "uploads"

    @property
    def public_address(self) -> str:
        """Address of the public bucket, without a slash at its end."""
        return (self.public_url or f"{self.s3_endpoint}/{self.public_bucket}").rstrip("/")


def read(environment=None) -> Settings:
    """The settings of this process. Raises SettingsError, naming the variable, for a value that does not fit."""
    environment = os.environ if environment is None else environment
    known = {PREFIX + item.name.upper(): item for item in fields(Settings)}
    unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise SettingsError(f"Unknown setting {', '.join(unknown)}. docs/settings.md lists all settings.")
    given = {item.name: _convert(name, item, environment[name]) for name, item in known.items() if name in environment}
    return Settings(**given)


def _convert(name: str, item, text: str):
    choices = item.metadata["choices"]
    if choices and text not in choices:
        raise SettingsError(f"{name} must be one of {', '.join(choices)}, found {text!r}.")
    try:
        return item.type(text)
    except ValueError as error:
        raise SettingsError(f"{name} must be a whole number, found {text!r}.") from error


def to_environment(settings: Settings) -> dict[str, str]:
    """The variables that make another process read the same settings."""
    return {PREFIX + item.name.upper(): str(getattr(settings, item.name)) for item in fields(Settings)}
