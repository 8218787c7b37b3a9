"""Quotas that decide whether API Gateway creates an API."""

from __future__ import annotations

import pytest

from aws_rules import quotas


def test_the_defaults_are_those_of_the_developer_guide() -> None:
    """Developer guide, "Quotas for configuring and running a REST API" and "… an HTTP API"."""
    assert quotas.SHORTEST_INTEGRATION_MS == 50
    assert quotas.REST_INTEGRATION_MS == 29_000
    assert quotas.HTTP_INTEGRATION_MS == 30_000
    assert quotas.MOST_RESOURCES == 300
    assert quotas.DOCUMENT_BYTES == 6_291_456


@pytest.mark.parametrize(
    ("endpoint_type", "milliseconds"),
    # The guide: the quota can be raised only "for Regional APIs and private APIs".
    [("REGIONAL", 120_000), ("PRIVATE", 120_000), ("EDGE", 29_000)],
)
def test_a_raised_timeout_counts_for_regional_and_private_apis(endpoint_type: str, milliseconds: int) -> None:
    assert quotas.longest_integration_ms(endpoint_type, 120_000) == milliseconds


@pytest.mark.parametrize(
    ("milliseconds", "refused"),
    [(None, False), (50, False), (29_000, False), (49, True), (29_001, True), (0, True), (50.5, True), ("50", True)],
)
def test_an_integration_waits_for_whole_milliseconds_between_50_and_the_quota(
    milliseconds: object, refused: bool
) -> None:
    fault = quotas.integration_timeout_fault(milliseconds, 29_000)

    assert fault == (f"{milliseconds} is not between 50 and 29,000 milliseconds" if refused else None)


@pytest.mark.parametrize(
    ("paths", "count"),
    [
        ([], 1),
        (["/"], 1),
        (["/pets"], 2),
        (["/pets", "/pets/{petId}"], 3),
        (["/pets/{petId}"], 3),
        (["/a/b/c", "/a/b/d", "/c"], 6),
        (["/pets/", "/pets"], 2),
    ],
)
def test_each_part_of_each_path_is_a_resource_below_the_root(paths: list[str], count: int) -> None:
    assert quotas.resource_count(paths) == count
