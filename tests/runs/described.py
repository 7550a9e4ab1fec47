"""What of a result its description names: all of it, unless a writer added something."""

from __future__ import annotations

import json

import msgspec

from thalweg.runs import results
from thalweg.runs.results import answers, studies


def plain(content):
    """Return `content` as it is once it was written and read."""
    return json.loads(json.dumps(content))


def result_as_described(name, content):
    """Return what of the result of a study, or of an audit, is described."""
    return plain(msgspec.convert(content, studies.DESCRIPTIONS[name]))


def evaluation_as_described(name, content):
    """Return what of the `content` of an evaluation is described."""
    kind = answers.NotMeasured if "not_measured" in content else results.EVALUATIONS[name]
    found = msgspec.convert(content, kind)
    if name in results.OTHERS and kind is not answers.NotMeasured:
        rest = {key: value for key, value in content.items() if key not in kind.__annotations__}
        found |= msgspec.convert(rest, dict[str, results.OTHERS[name]])
    return plain(found)
