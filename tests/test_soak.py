"""The long runs judge rightly: flat is flat, and a leak is seen."""

from dataclasses import replace

import pytest

from tests.soak import SLACK_COUNT, Use, growth

FLAT = [Use(done, 56.0, 59.0 + done % 3, 36.0, 46, 12) for done in range(250, 5001, 250)]
PAGE_MB = 4096 / 1e6


def test_a_batch_that_stays_as_it_is_has_not_grown():
    assert growth(FLAT) == []


def test_what_fills_while_the_batch_is_warming_up_is_no_growth():
    assert growth([replace(use, worker_mb=min(59.0, 20.0 + use.done / 10)) for use in FLAT]) == []


def test_a_hostile_submission_under_way_is_no_growth():
    assert growth([*FLAT[:-1], replace(FLAT[-1], zygote_mb=900.0, processes=60, descriptors=99)]) == []


@pytest.mark.parametrize("name", ["parent_mb", "worker_mb", "zygote_mb"])
def test_two_pages_lost_with_each_submission_are_seen(name):
    leaking = [replace(use, **{name: getattr(use, name) + use.done * 2 * PAGE_MB}) for use in FLAT]
    (complaint,) = growth(leaking)
    assert complaint.startswith(f"{name} grew")


@pytest.mark.parametrize("name", ["descriptors", "processes"])
def test_a_descriptor_or_process_lost_now_and_then_is_seen(name):
    leaking = [replace(use, **{name: getattr(use, name) + use.done * 4 * SLACK_COUNT // 4000}) for use in FLAT]
    (complaint,) = growth(leaking)
    assert complaint.startswith(f"{name} grew")
