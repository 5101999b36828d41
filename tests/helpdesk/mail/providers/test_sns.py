"""Nothing of SNS is believed without its signature and the topic's name; moto signs for real, as SNS does."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from moto.server import ThreadedMotoServer

from helpdesk.mail.delivery import BadSignature
from helpdesk.mail.providers.ses.sns import SnsNotice, Topics
from helpdesk.mail.providers.ses.sns_certificates import Certificates
from tests.helpdesk.mail.providers.amazon_sns import (
    CERTIFICATE_URL,
    CONFIRMING_URL,
    TOPIC,
    Sns,
    confirmation,
    notification,
    stamp,
)

# To be served a certificate, moto wants to see whose server it is to play.
AS_SNS = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=t/20260101/us-east-1/sns/aws4_request, SignedHeaders=h, Signature=s"
}


def listening(sns: Sns, topic: str = TOPIC, **clock: Any) -> Topics:
    return Topics([topic], sns.fetch, Certificates(sns.fetch, **clock), **clock)


def altered(body: bytes, **changed: Any) -> bytes:
    return json.dumps(json.loads(body) | changed).encode()


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


async def published(moto: str, message: str) -> tuple[str, bytes]:
    """The ARN of a topic of moto's, and what it posted when `message` was published there."""
    bodies: list[bytes] = []

    async def take(request: web.Request) -> web.Response:
        bodies.append(await request.read())
        return web.Response()

    app = web.Application()
    app.router.add_post("/", take)
    async with TestServer(app) as server:
        address = str(server.make_url("/"))
        return await asyncio.to_thread(_publish, moto, address, message), bodies[0]


def _publish(moto: str, address: str, message: str) -> str:
    keys = {"aws_access_key_id": "t", "aws_secret_access_key": "t"}
    sns = boto3.client("sns", "us-east-1", endpoint_url=moto, **keys)
    topic: str = sns.create_topic(Name="mail")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=address)
    sns.publish(TopicArn=topic, Message=message)
    return topic


async def test_what_motos_sns_signed_is_taken_and_what_was_altered_is_not(moto: str) -> None:
    topic, body = await published(moto, "zoé: déjà vu\nTopicArn")
    async with ClientSession() as session:

        async def fetch(url: str) -> bytes:
            async with session.get(url.replace("https://sns.us-east-1.amazonaws.com", moto), headers=AS_SNS) as answer:
                return await answer.read()

        topics = Topics([topic], fetch, Certificates(fetch))
        assert await topics.read(body) == SnsNotice(json.loads(body)["MessageId"], "zoé: déjà vu\nTopicArn")
        with pytest.raises(BadSignature):
            await topics.read(altered(body, Message="something else"))


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("subject", [{}, {"Subject": "Amazon SES"}])
async def test_both_versions_are_taken_with_a_subject_and_without(version: str, subject: dict[str, str]) -> None:
    body = notification("hello", version, **subject)
    assert await listening(Sns()).read(body) == SnsNotice("message-1", "hello")


@pytest.mark.parametrize(
    "changed",
    [
        {"Message": "else"},
        {"MessageId": "else"},
        {"Timestamp": stamp(datetime.now(UTC) - timedelta(minutes=5))},
        {"Subject": "else"},
        {"SignatureVersion": "1"},
        {"SignatureVersion": "3"},
        {"SignatureVersion": None},
        {"Signature": "AAAA"},
        {"Signature": "no base64!"},
        {"Signature": None},
        {"Message": {"a": 1}},
        {"Message": "\ud800"},
        {"Type": "Other"},
        {"Type": "SubscriptionConfirmation"},
        {"TopicArn": None},
    ],
)
async def test_what_was_altered_on_its_way_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(BadSignature):
        await listening(Sns()).read(altered(notification("hello"), **changed))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b'"Notification"', b"[" * 100_000, b"{}"])
async def test_what_is_no_message_of_sns_is_refused_without_a_call(body: bytes) -> None:
    sns = Sns()
    with pytest.raises(BadSignature):
        await listening(sns).read(body)
    assert sns.fetched == []


@pytest.mark.parametrize("make", [lambda **topic: notification("hello", **topic), confirmation])
async def test_another_topic_is_refused_without_a_call_although_sns_signed_it(make: Any) -> None:
    sns = Sns()
    with pytest.raises(BadSignature):
        await listening(sns).read(make(TopicArn="arn:aws:sns:eu-west-1:666666666666:mail"))
    assert sns.fetched == []


@pytest.mark.parametrize(
    "url",
    [
        CERTIFICATE_URL.replace("https", "http"),
        "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0.pem",
        "https://evil.example/sns.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem",
        "https://sns.eu-west-1.amazonaws.com@evil.example/SimpleNotificationService-0.pem",
        "https://bucket.s3.amazonaws.com/SimpleNotificationService-0.pem",
        "https://sns.s3.amazonaws.com/SimpleNotificationService-0.pem",
        "https://sns.s3-eu-west-1.amazonaws.com/SimpleNotificationService-0.pem",
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem",
        CERTIFICATE_URL.replace(".com", ".com.cn"),
        CERTIFICATE_URL.replace("https://sns", "https://x@sns"),
        CERTIFICATE_URL.replace(".com/", ".com:443/"),
        CERTIFICATE_URL.replace("sns.eu", "SNS.eu"),
        CERTIFICATE_URL.replace("sns.eu", "sns\uff0eeu"),
        CERTIFICATE_URL.replace(".com/", ".com\\@evil.example/"),
        "https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-0.pem",
        "https://sns.eu-west-1.amazonaws.com/x/SimpleNotificationService-0.pem",
        "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem?x",
        CERTIFICATE_URL + "\n",
        "",
    ],
)
async def test_a_certificate_from_elsewhere_is_not_even_fetched(url: str) -> None:
    sns = Sns()
    with pytest.raises(BadSignature):
        await listening(sns).read(altered(notification("hello"), SigningCertURL=url))
    assert sns.fetched == []


async def test_a_certificate_is_fetched_once_a_day() -> None:
    sns, times = Sns(), [datetime.now(UTC)]
    topics = listening(sns, now=lambda: times[-1])
    await asyncio.gather(*(topics.read(notification("hello")) for _ in range(5)))
    assert sns.fetched == [CERTIFICATE_URL]
    times.append(times[0] + timedelta(hours=25))
    await topics.read(notification("hello", Timestamp=stamp(times[-1])))
    assert sns.fetched == [CERTIFICATE_URL] * 2


@pytest.mark.parametrize("make", [lambda **fields: notification("hello", **fields), confirmation])
@pytest.mark.parametrize("hours", [-1, 1])
async def test_what_was_signed_more_than_an_hour_away_is_refused_without_a_call(make: Any, hours: int) -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    sns = Sns()
    topics = listening(sns, now=lambda: now)
    with pytest.raises(BadSignature):
        await topics.read(make(Timestamp=stamp(now + timedelta(hours=hours, seconds=hours))))
    assert sns.fetched == []
    await topics.read(make(Timestamp=stamp(now + timedelta(hours=hours))))
    assert sns.fetched[0] == CERTIFICATE_URL


@pytest.mark.parametrize(
    "time", ["", "now", "2026-03-01", "2026-03-01T12:00:00", "2026-03-01T12:00:00+00:00", "2026-99-01T12:00:00.000Z"]
)
async def test_what_was_signed_at_no_time_is_refused_without_a_call(time: str) -> None:
    sns = Sns()
    topics = listening(sns, now=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC))
    with pytest.raises(BadSignature):
        await topics.read(notification("hello", Timestamp=time))
    assert sns.fetched == []


async def test_a_topic_of_china_is_believed_from_its_own_domain_alone() -> None:
    topic = "arn:aws-cn:sns:cn-north-1:123456789012:mail"
    url = "https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-0.pem"
    sns = Sns()
    body = notification("hello", TopicArn=topic)
    assert await listening(sns, topic).read(altered(body, SigningCertURL=url))
    with pytest.raises(BadSignature):
        await listening(sns, topic).read(altered(body, SigningCertURL=url.replace(".com.cn", ".com")))
    assert sns.fetched == [url]


async def test_a_lapsed_certificate_is_refused() -> None:
    with pytest.raises(BadSignature):
        await listening(Sns(lives_for=timedelta(days=-1))).read(notification("hello"))


async def test_what_is_no_certificate_is_refused_and_not_kept() -> None:
    served = [b"<html>", (await Sns().fetch(CERTIFICATE_URL))]

    async def fetch(url: str) -> bytes:
        return served.pop(0)

    topics = Topics([TOPIC], fetch, Certificates(fetch))
    with pytest.raises(BadSignature):
        await topics.read(notification("hello"))
    assert await topics.read(notification("hello"))


@pytest.mark.parametrize("version", ["1", "2"])
async def test_a_subscription_to_our_topic_is_confirmed(version: str) -> None:
    sns = Sns()
    assert await listening(sns).read(confirmation(version=version)) is None
    assert sns.fetched == [CERTIFICATE_URL, CONFIRMING_URL]


@pytest.mark.parametrize(
    "url",
    [
        CONFIRMING_URL.replace("https", "http"),
        CONFIRMING_URL.replace("sns.eu-west-1", "evil.example/sns.eu-west-1"),
        CONFIRMING_URL.replace(".com", ".com.evil.example"),
        CONFIRMING_URL.replace("sns.", "x@sns."),
        CONFIRMING_URL.replace("Confirm", "Un"),
        CONFIRMING_URL.replace(":mail", ":other"),
        CONFIRMING_URL + "&Action=Publish",
        CONFIRMING_URL.replace("eu-west-1.amazonaws", "us-east-1.amazonaws"),
        CONFIRMING_URL.replace("eu-west-1.amazonaws", "s3.amazonaws"),
        CONFIRMING_URL.replace(".com/", ".com.cn/"),
        CONFIRMING_URL.replace(".com/", ".com:443/"),
        CONFIRMING_URL + "&x=" + "y" * 3000,
        "https://[",
    ],
)
async def test_a_confirmation_that_leads_elsewhere_is_not_followed(url: str) -> None:
    sns = Sns()
    with pytest.raises(BadSignature):
        await listening(sns).read(confirmation(SubscribeURL=url))
    assert sns.fetched == [CERTIFICATE_URL]


async def test_a_confirmation_without_a_signature_is_not_followed() -> None:
    sns = Sns()
    with pytest.raises(BadSignature):
        await listening(sns).read(altered(confirmation(), Token="another"))
    assert CONFIRMING_URL not in sns.fetched


async def test_the_end_of_a_subscription_is_taken_and_calls_nobody() -> None:
    sns = Sns()
    assert await listening(sns).read(confirmation("UnsubscribeConfirmation")) is None
    assert sns.fetched == [CERTIFICATE_URL]
