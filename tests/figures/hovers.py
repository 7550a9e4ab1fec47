"""What must hold for what every point of every figure says when it is looked at."""

import json
import re


def check_hovers(figure) -> None:
    """Fail where a trace says anything in Plotly's own words, or what is no number."""
    assert figure.data
    for trace in figure.data:
        if trace.hoverinfo == "skip":
            continue
        assert (trace.hovertemplate or "").endswith("<extra></extra>"), trace.name
        if trace.type in ("heatmap", "contour"):
            assert trace.hoverongaps is False, "a gap has no number to say"
        texts = [text for text in _flat(trace.customdata) if isinstance(text, str)]
        assert not any(re.search(r"\b(nan|inf|none|undefined)\b", text, re.IGNORECASE) for text in texts)
        assert not any(re.search(r"\d%", text) for text in texts), "a blank stands before %"
        assert not any(re.search(r"\d\.\d{4,} ?%", text) for text in texts), "no digits that mean nothing"
    assert "NaN" not in json.dumps(json.loads(figure.to_json()))


def _flat(values):
    for value in [] if values is None else values:
        yield from _flat(value) if isinstance(value, list | tuple) else [value]
