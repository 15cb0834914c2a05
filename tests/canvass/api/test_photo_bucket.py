"""Photos in an S3-compatible bucket: the real client and a real server, which asks who may."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import boto3
import pytest
from django.conf import LazySettings
from django.core.files.storage import storages
from django.test import TestCase

from canvass.householders import erase_householder
from canvass.models import Photo, PhotoPart
from config.environment import photo_storage
from tests.calls import SignIn, problem
from tests.canvass.api.test_photos import PHOTO, announce, send, shown, upload, url, visited
from tests.canvass.world import NOW, Town
from tests.cast import Company
from tests.servers import free_port
from tests.workers import wait_until

BUCKET, REGION = "photos-of-visits", "eu-central-1"
FREE_CALLS = 4  # those of `bucket`, before it asks who calls
ALL = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
MAY = json.dumps({"Version": "2012-10-17", "Statement": [ALL]})
AWAY = (503, "photo.store_away")


@dataclass(frozen=True)
class Bucket:
    """Where it is, and the key of who may use it."""

    url: str
    key: str
    secret: str

    def names(self) -> list[str]:
        """What lies in it."""
        me = {"aws_access_key_id": self.key, "aws_secret_access_key": self.secret}
        s3 = boto3.client("s3", endpoint_url=self.url, region_name=REGION, **me)
        return [row["Key"] for row in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


Use = Callable[[Bucket], None]


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """An empty bucket on a server of its own, and somebody who may use it."""
    port, log = free_port(), tmp_path_factory.mktemp("s3") / "log"
    program = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    told = {**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": str(FREE_CALLS)}
    with log.open("wb") as output:
        process = subprocess.Popen(program, env=told, stdout=output, stderr=output)
    try:
        wait_until(lambda: listens(port) or process.poll() is not None, "a server of buckets")
        assert process.poll() is None, log.read_text()
        yield founded(f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.wait()


def listens(port: int) -> bool:
    """Whether something answers on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def founded(url: str) -> Bucket:
    """Make the bucket, and a user who may use it."""
    nobody = {"aws_access_key_id": "none", "aws_secret_access_key": "none", "region_name": REGION}
    where = {"LocationConstraint": REGION}
    s3, iam = (boto3.client(name, endpoint_url=url, **nobody) for name in ("s3", "iam"))
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
    iam.create_user(UserName="canvass")
    iam.put_user_policy(UserName="canvass", PolicyName="photos", PolicyDocument=MAY)
    key = iam.create_access_key(UserName="canvass")["AccessKey"]
    return Bucket(url, key["AccessKeyId"], key["SecretAccessKey"])


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Use:
    """Lets photos be kept in a bucket from now on, as the environment variables say."""

    def begin(bucket: Bucket) -> None:
        monkeypatch.setenv("CANVASS_PHOTO_BUCKET", BUCKET)
        monkeypatch.setenv("CANVASS_PHOTO_BUCKET_URL", bucket.url)
        monkeypatch.setenv("CANVASS_PHOTO_BUCKET_REGION", REGION)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", bucket.key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", bucket.secret)
        settings.STORAGES = {**settings.STORAGES, "photos": photo_storage()}
        monkeypatch.setattr(Photo._meta.get_field("file"), "storage", storages["photos"])

    return begin


@pytest.fixture
def kept(use: Use, bucket: Bucket) -> Bucket:
    """The bucket, used by who may."""
    use(bucket)
    return bucket


def test_parts_become_a_file_in_the_bucket(
    town: Town, kept: Bucket, moonlight: Company, as_member: SignIn
) -> None:
    """After a break too; whoever sees the visit is given it back, and nobody else."""
    client, visit, before = as_member(town.company.rosa), visited(town, PHOTO), kept.names()
    announce(client, visit)
    half = len(PHOTO) // 2
    send(client, visit, 0, PHOTO[:half])
    assert kept.names() == before
    assert client.get(url(visit)).json()["received"] == half
    done = send(client, visit, half, PHOTO[half:]).json()
    assert done["finished_at"]
    (name,) = set(kept.names()) - set(before)
    assert name == Photo.objects.get().file.name
    for member in (town.company.rosa, town.company.max):
        content = shown(as_member(member), visit)
        assert done["file_sha256"] in name
        assert content.startswith(b"\xff\xd8")
    for member in (town.company.sam, moonlight.olga):
        assert problem(as_member(member).get(f"{url(visit)}file/")) == (404, "not_found")


def test_an_erasure_empties_the_bucket(town: Town, kept: Bucket, as_member: SignIn) -> None:
    """Of the photos that were taken there."""
    before = kept.names()
    upload(as_member(town.company.rosa), visited(town, PHOTO))
    assert len(kept.names()) == len(before) + 1
    with TestCase.captureOnCommitCallbacks(execute=True):
        erase_householder(actor=town.company.ada, door=town.north[0], now=NOW)
    assert kept.names() == before


def test_a_bucket_that_refuses_us_loses_nothing(
    town: Town, bucket: Bucket, use: Use, as_member: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    """With a wrong secret phones are told to wait; with the right one they go on from there."""
    client, visit = as_member(town.company.rosa), visited(town, PHOTO)
    use(replace(bucket, secret="wrong"))
    announce(client, visit)
    send(client, visit, 0, PHOTO[:-1])
    assert problem(send(client, visit, len(PHOTO) - 1, PHOTO[-1:])) == AWAY
    assert client.get(url(visit)).json()["received"] == len(PHOTO) - 1
    assert PhotoPart.objects.count() == 1
    assert "The bucket of photos fails: An error occurred (403)" in caplog.text
    use(bucket)
    assert send(client, visit, len(PHOTO) - 1, PHOTO[-1:]).json()["finished_at"]


def test_what_a_bucket_will_not_delete_is_named(
    town: Town, kept: Bucket, use: Use, as_member: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    """Where it refuses us, nobody is shown a photo, and an erasure says which file is left."""
    client, visit = as_member(town.company.rosa), visited(town, PHOTO)
    upload(client, visit)
    name = Photo.objects.get().file.name
    use(replace(kept, secret="wrong"))
    assert problem(client.get(f"{url(visit)}file/")) == AWAY
    with TestCase.captureOnCommitCallbacks(execute=True):
        erase_householder(actor=town.company.ada, door=town.north[0], now=NOW)
    assert f"Delete {name} by hand" in caplog.text
    assert name in kept.names()
