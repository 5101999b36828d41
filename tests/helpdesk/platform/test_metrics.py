"""What is counted is shown in Prometheus' format, under labels nobody outside can choose."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from helpdesk.platform.metrics import KINDS, OUTCOMES, Metrics


def shown(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Name and label values -> value, of every sample."""
    families = text_string_to_metric_families(metrics.render().decode())
    samples = (sample for family in families for sample in family.samples)
    return {(sample.name, *sorted(sample.labels.values())): sample.value for sample in samples}


def test_an_event_is_counted_by_kind_and_outcome_and_timed() -> None:
    metrics = Metrics()
    metrics.event("message", "answered", 0.3)
    metrics.event("message", "answered", 0.02)
    metrics.event("submission", "refused", 70)
    found = shown(metrics)
    assert found["helpdesk_events_total", "answered", "message"] == 2
    assert found["helpdesk_events_total", "refused", "submission"] == 1
    assert found["helpdesk_handling_seconds_bucket", "0.025"] == 1
    assert found["helpdesk_handling_seconds_bucket", "0.5"] == 2
    assert found["helpdesk_handling_seconds_bucket", "+Inf"] == 3
    assert found["helpdesk_handling_seconds_sum",] == pytest.approx(70.32)


def test_a_call_is_timed_by_method_and_class_of_its_status() -> None:
    metrics = Metrics()
    for status in (200, 204, 429, 503, None):
        metrics.webex_call("GET", status, 0.1)
    found = shown(metrics)
    counts = [found["helpdesk_webex_call_seconds_count", each, "GET"] for each in ("2xx", "4xx", "5xx")]
    assert counts == [2, 1, 1]
    assert found["helpdesk_webex_call_seconds_count", "GET", "none"] == 1


def test_every_count_is_shown_before_it_first_happens() -> None:
    found = shown(Metrics())
    assert all(found["helpdesk_events_total", *sorted((kind, one))] == 0 for kind in KINDS for one in OUTCOMES)
    assert found["helpdesk_webhook_deliveries_total", "unsigned"] == 0
    for name in ("webex_retries", "reconnects", "claims_retaken", "duplicates"):
        assert found[f"helpdesk_{name}_total",] == 0


def test_a_label_from_outside_its_set_becomes_no_series_of_its_own() -> None:
    metrics = Metrics()
    before = len(shown(metrics))
    for number in range(50):
        metrics.event("message", f"pat{number}@acme.example", 1)
    found = shown(metrics)
    assert found["helpdesk_events_total", "message", "other"] == 50
    assert b"acme" not in metrics.render()
    assert len(found) == before + 2  # the count, and when it began


def test_gauges_go_up_and_down() -> None:
    metrics = Metrics()
    metrics.waiting.set(7)
    metrics.in_work.inc()
    metrics.in_work.inc()
    metrics.in_work.dec()
    found = shown(metrics)
    assert (found["helpdesk_events_waiting",], found["helpdesk_events_in_work",]) == (7, 1)


def test_two_of_them_share_nothing() -> None:
    one, other = Metrics(), Metrics()
    one.retries.inc()
    assert shown(one)["helpdesk_webex_retries_total",] == 1
    assert shown(other)["helpdesk_webex_retries_total",] == 0
