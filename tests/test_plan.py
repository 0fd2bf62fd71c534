"""Plans: saved and loaded as the same, named by their content, and refused when anything is damaged."""

import pickle
import zlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies

from grader import wire
from grader.errors import PlanError
from grader.plan import AGAIN, FORMAT, ORDINARY, PROBE_SHARE, SCALED, SIZE_1, SIZE_1_SHARE, Plan, share_of


@pytest.fixture(scope="module")
def saved(affine_public, tmp_path_factory):
    """The bytes of a saved plan."""
    path = tmp_path_factory.mktemp("plan") / "affine.plan"
    affine_public.save(path)
    return path.read_bytes()


def test_a_plan_is_loaded_as_it_was_saved(affine_public, saved, tmp_path):
    (tmp_path / "x.plan").write_bytes(saved)
    plan = Plan.load(tmp_path / "x.plan")
    assert plan.content == affine_public.content
    assert plan.digest == affine_public.digest
    assert plan.contracts == affine_public.contracts
    for got, wanted in zip(plan.exercises, affine_public.exercises, strict=True):
        assert (got.diagnostic, got.probe_hints) == (wanted.diagnostic, wanted.probe_hints)
        for case, other in zip(got.cases, wanted.cases, strict=True):
            assert (case.index, case.group, case.dims, case.seed) == (other.index, other.group, other.dims, other.seed)
            assert all(np.array_equal(case.inputs[name], other.inputs[name]) for name in other.inputs)
            assert all(np.array_equal(case.want[name], other.want[name]) for name in other.want)


def test_saving_leaves_nothing_half_written_behind(affine_public, tmp_path):
    affine_public.save(tmp_path / "x.plan")
    affine_public.save(tmp_path / "x.plan")
    assert [path.name for path in tmp_path.iterdir()] == ["x.plan"]


def changed_value(plan):
    """The plan with the last digit of one wanted number changed."""
    exercise = plan.exercises[0]
    case = exercise.cases[0]
    name, array = next(iter(case.want.items()))
    want = {**case.want, name: np.nextafter(array, 9)}
    cases = (replace(case, want=want), *exercise.cases[1:])
    return replace(plan, exercises=(replace(exercise, cases=cases), *plan.exercises[1:]))


CHANGES = {
    "one wanted digit": changed_value,
    "the seed": lambda plan: replace(plan, seed=plan.seed + 1),
    "hidden instead of public": lambda plan: replace(plan, public=False),
    "the name": lambda plan: replace(plan, assignment="other"),
    "an exercise less": lambda plan: replace(plan, exercises=plan.exercises[:-1]),
    "other points": lambda plan: replace(
        plan,
        exercises=(
            replace(plan.exercises[0], contract=replace(plan.exercises[0].contract, points=5)),
            *plan.exercises[1:],
        ),
    ),
    "a hint": lambda plan: replace(
        plan, exercises=(replace(plan.exercises[0], probe_hints={"new": "Why?"}), *plan.exercises[1:])
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_digest_changes_with_the_content(affine_public, change):
    assert change(affine_public).digest != affine_public.digest


def test_the_digest_is_the_same_for_the_same_content(affine_public):
    assert Plan.from_content(affine_public.content).digest == affine_public.digest


def other_format(plan):
    size, body = wire.lengths(plan.content[:8])
    head, arrays = wire.unpack(plan.content[8 : 8 + size], plan.content[8 + size :])
    assert len(plan.content) == 8 + size + body
    return wire.pack({**head, "format": "grader plan 0"}, arrays)


DAMAGED = {
    "empty": lambda plan: b"",
    "text": lambda plan: b"not a plan",
    "a pickle": lambda plan: pickle.dumps({"format": FORMAT}),
    "cut off": lambda plan: zlib.compress(plan.content)[:-100],
    "half of the content": lambda plan: zlib.compress(plan.content[: len(plan.content) // 2]),
    "three bytes": lambda plan: zlib.compress(b"abc"),
    "nothing inside": lambda plan: zlib.compress(b""),
    "something behind": lambda plan: zlib.compress(plan.content + b"x"),
    "no format": lambda plan: zlib.compress(wire.pack({"assignment": "a"}, [])),
    "no exercises": lambda plan: zlib.compress(wire.pack({"format": FORMAT}, [])),
    "a contract that makes no sense": lambda plan: zlib.compress(
        plan.content.replace(b'"points":2', b'"points":0', 1)  # of the same length
    ),
    "another format": lambda plan: zlib.compress(other_format(plan)),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_a_plan_error(affine_public, damage, tmp_path):
    path = tmp_path / "x.plan"
    path.write_bytes(damage(affine_public))
    with pytest.raises(PlanError, match=r"fetch (the assignment|it) again"):
        Plan.load(path)


def test_a_plan_of_another_format_says_both(affine_public):
    with pytest.raises(PlanError, match="has the format 'grader plan 0', wanted 'grader plan 3'"):
        Plan.from_content(other_format(affine_public))


@given(position=strategies.integers(0, 2**31), flip=strategies.integers(1, 255))
@settings(max_examples=50)
def test_no_changed_byte_of_a_file_goes_unseen(saved, position, flip, tmp_path_factory):
    damaged = bytearray(saved)
    damaged[position % len(saved)] ^= flip
    path = tmp_path_factory.mktemp("damaged") / "x.plan"
    path.write_bytes(bytes(damaged))
    with pytest.raises(PlanError):
        Plan.load(path)


def test_a_missing_plan_is_named(tmp_path):
    with pytest.raises(PlanError, match=r"cannot read the plan .*x\.plan: No such file"):
        Plan.load(tmp_path / "x.plan")


def test_loading_runs_no_pickle(monkeypatch, affine_public):
    def refuse(*arguments, **options):
        raise AssertionError("unpickled")

    for name in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, name, refuse)
    with pytest.raises(AssertionError, match="unpickled"):
        pickle.loads(pickle.dumps(1))
    Plan.from_content(affine_public.content)


@pytest.mark.parametrize(
    ("group", "share"),
    [(ORDINARY, 1.0), (SIZE_1, SIZE_1_SHARE), (SCALED, PROBE_SHARE), (AGAIN, PROBE_SHARE), ("any probe", PROBE_SHARE)],
)
def test_a_group_is_worth_its_share(group, share):
    assert share_of(group) == share
