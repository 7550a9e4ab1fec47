"""The package huggingface_hub, where it is installed, and what goes wrong with it in our words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from thalweg.errors import HubError


def library() -> Any:
    """Return the package huggingface_hub; `HubError` where it is not installed."""
    try:
        import huggingface_hub  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise HubError(
            "Repositories of the Hub need the package huggingface_hub, which is not installed.",
            hint="pip install 'thalweg[hub]', or give the path of a folder.",
        ) from None
    return huggingface_hub


@contextmanager
def asked(what: str) -> Iterator[None]:
    """Turn what the Hub or the network answers instead of `what` into a `HubError` that says it."""
    try:
        yield
    except HubError:
        raise
    except Exception as error:  # its client raises its own, the network's, and ValueErrors for names
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        why = " ".join(lines)[:300] or type(error).__name__
        raise HubError(
            f"The Hub did not give or take {what}: {type(error).__name__}: {why}",
            hint="check the name, the network, and who you are: huggingface_hub's `hf auth login`.",
        ) from error
