"""Settings: what fits is read, what does not is refused in a sentence, and no secret is ever repeated."""

from dataclasses import fields

import pytest

from heritage_color import settings
from heritage_color.cli.commands import WRONG
from heritage_color.cli.main import main
from heritage_color.errors import SettingsError
from heritage_color.settings import Settings, read

NUMBERS = [field for field in fields(Settings) if field.type is int]
SECRETS = [field.name for field in fields(Settings) if field.metadata["secret"]]


def refusal(**given) -> str:
    with pytest.raises(SettingsError) as refused:
        read({f"HERITAGE_{name.upper()}": value for name, value in given.items()})
    return str(refused.value)


@pytest.mark.parametrize("field", NUMBERS, ids=lambda field: field.name)
def test_every_number_has_a_range_and_is_refused_outside_of_it(field):
    least, most = field.metadata["within"]
    for wrong in (least - 1, most + 1, "-7", "12.5", "9" * 5000, "", "ten", "\u0661"):
        sentence = refusal(**{field.name: str(wrong)})
        assert f"HERITAGE_{field.name.upper()} must be a whole number from {least} to {most}" in sentence
        assert len(sentence) < 250
    assert least <= field.default <= most
    for right in (least, most):
        assert getattr(read({f"HERITAGE_{field.name.upper()}": str(right)}), field.name) == right


def test_all_faults_are_told_in_one_pass():
    sentence = refusal(claim_size="0", lanes="-4", s3_endpoint="127.0.0.1:9", preset="loud", colour="red")
    for name in ("CLAIM_SIZE", "LANES", "S3_ENDPOINT", "PRESET", "COLOUR"):
        assert f"HERITAGE_{name}" in sentence


def test_a_number_out_of_range_ends_a_command_with_2(monkeypatch, capsys):
    monkeypatch.setenv("HERITAGE_CLAIM_SIZE", "0")
    assert main(["report"]) == WRONG
    assert capsys.readouterr().err == "HERITAGE_CLAIM_SIZE must be a whole number from 1 to 1000, found '0'.\n"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://museum:p%40ss%2Fw%25rd%231@127.0.0.1:5432/catalog",
        "postgres://museum@[::1]:5432/catalog?sslmode=require",
        "postgresql:///catalog?host=/var/run/postgresql",
        "postgresql://one,two:5433/catalog?target_session_attrs=read-write",
        "postgresql://museum:word#1:2@host/catalog",  # libpq reads it as it is meant
        "host=127.0.0.1 dbname=catalog",
        "",
    ],
)
def test_addresses_that_libpq_reads_as_they_are_meant_are_taken(address):
    assert read({"HERITAGE_DATABASE": address}).database == address


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg", "asyncpg"])
def test_the_address_of_sqlalchemy_and_airflow_is_refused_with_what_to_write(driver):
    sentence = refusal(database=f"postgresql+{driver}://museum:s3cret@host:5432/catalog")
    assert sentence == (
        f"HERITAGE_DATABASE must begin with postgresql://, without the driver of other programs (+{driver})."
    )


@pytest.mark.parametrize("word", ["p@ss/w%rd#1", "half%", "with space", "a/b", "a@b", "100%sure"])
def test_a_password_that_was_not_escaped_is_refused_and_not_repeated(word):
    sentence = refusal(database=f"postgresql://museum:{word}@127.0.0.1:5432/catalog")
    assert "/ is written %2F" in sentence
    assert not any(part in sentence for part in (word, "w%rd", "p@ss", "half", "sure", "museum"))


@pytest.mark.parametrize(
    "given",
    [
        {"database": "mysql://museum:s3cret@host/catalog"},
        {"database": "host:5432/s3cret"},
        {"s3_endpoint": "http://museum:s3cret@host:8333"},
        {"session_secret": "s3cret\udcff"},
    ],
)
def test_a_wrong_value_that_may_hold_a_secret_is_not_repeated(given):
    assert "s3cret" not in refusal(**given)


@pytest.mark.parametrize("name", ["s3_endpoint", "second_endpoint", "web_address", "public_url", "oidc_issuer"])
@pytest.mark.parametrize("wrong", ["127.0.0.1:8333", "ftp://host", "http://", "http://host:99999", "http://[::1", "x"])
def test_an_address_has_a_scheme_and_a_host(name, wrong):
    assert f"HERITAGE_{name.upper()} must be an address such as http://host:8333" in refusal(**{name: wrong})
    assert getattr(read({f"HERITAGE_{name.upper()}": "https://host.example/path"}), name)


@pytest.mark.parametrize("wrong", ["", "a b", "s3://bucket", "-x", "ä" * 4])
def test_a_bucket_has_a_bucket_s_name(wrong):
    assert "HERITAGE_ARCHIVE_BUCKET must be the name of a bucket" in refusal(archive_bucket=wrong)


@pytest.mark.parametrize("wrong", ["bucket/inbox", "s3://", "s3:///inbox", "/inbox"])
def test_a_watched_prefix_names_its_bucket(wrong):
    assert "HERITAGE_INBOX_PREFIX must be an address such as s3://bucket/inbox" in refusal(inbox_prefix=wrong)


def test_no_secret_shows_where_settings_are_printed():
    assert {"database", "s3_secret_key", "staff_password", "session_secret", "oidc_client_secret"} <= set(SECRETS)
    held = read({f"HERITAGE_{name.upper()}": f"postgresql://u:hidden-{name}@h/d" for name in SECRETS})
    assert "hidden" not in repr(held)
    assert settings.to_environment(held)["HERITAGE_S3_SECRET_KEY"] == held.s3_secret_key


@pytest.mark.parametrize("wrong", ["eu west", "12", "-eu", "eu_west"])
@pytest.mark.parametrize("name", ["s3_region", "second_region"])
def test_a_region_is_a_name_that_the_client_takes(name, wrong):
    assert f"HERITAGE_{name.upper()} must be the name of a region" in refusal(**{name: wrong})
    assert settings.read({f"HERITAGE_{name.upper()}": "eu-central-1"})
