"""config.json: what is needed beside the weights to have the population again, and what it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thalweg.errors import HubError, RunError
from thalweg.runs.files import read_json
from thalweg.version import __version__

FILE = "config.json"
MODEL_TYPE = "thalweg-population"
VERSION = 1


@dataclass(frozen=True)
class Config:
    """What config.json says.

    `network`: the architecture as a recipe writes it. `diverged`: numbers of members without a vote.
    `inputs`: how raw values become network inputs. `recipe`, `seed`, `data`: how it was trained and of what;
    None where that is not known.
    """

    network: Mapping[str, Any]
    members: int
    readout: str
    input_shape: tuple[int, ...]
    class_names: tuple[str, ...]
    diverged: tuple[int, ...] = ()
    inputs: Mapping[str, Any] | None = None
    recipe: Mapping[str, Any] | None = None
    seed: int | None = None
    data: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what is written to config.json."""
        numbered = {str(number): name for number, name in enumerate(self.class_names)}
        return {
            "model_type": MODEL_TYPE,
            "architectures": ["Population"],
            "thalweg_format": VERSION,
            "thalweg_version": __version__,
            "network": dict(self.network),
            "members": self.members,
            "diverged": list(self.diverged),
            "readout": self.readout,
            "input_shape": list(self.input_shape),
            "id2label": numbered,
            "label2id": {name: int(number) for number, name in numbered.items()},
            "inputs": self.inputs,
            "recipe": self.recipe,
            "seed": self.seed,
            "data": self.data,
        }


def read_config(folder: str | Path) -> Config:
    """Return what the config.json in `folder` says.

    Raises `HubError` for a folder without one, of another kind of model, of a newer format, or damaged.
    """
    path = Path(folder) / FILE
    if not path.is_file():
        raise HubError(
            f"{folder} holds no {FILE}.",
            hint="give a folder that save_pretrained wrote, or the name of such a repository.",
        )
    try:
        content = read_json(path)
    except RunError as error:
        raise HubError(error.message, hint="download it again, or write it anew.") from None
    kind = content.get("model_type") if isinstance(content, dict) else None
    if kind != MODEL_TYPE:
        raise HubError(
            f"{path} is of a model of type {kind!r}: expected {MODEL_TYPE!r}.",
            hint="other models are read by their own libraries, and evaluated as modules or functions.",
        )
    if not isinstance(content.get("thalweg_format"), int) or content["thalweg_format"] > VERSION:
        raise HubError(
            f"{path} is of format {content.get('thalweg_format')!r}: this version reads up to {VERSION}.",
            hint="install a newer thalweg: pip install --upgrade thalweg.",
        )
    return _checked(content, path)


def _checked(content: Mapping[str, Any], path: Path) -> Config:
    import msgspec

    labels = content.get("id2label")
    try:
        names = [labels[str(number)] for number in range(len(labels))]  # type: ignore[arg-type,index]
    except (KeyError, TypeError):
        raise _damaged(path, "id2label does not name the classes 0, 1, 2 ...") from None
    told = {name: content[name] for name in Config.__dataclass_fields__ if name in content}
    try:
        return msgspec.convert({**told, "class_names": names}, Config)
    except msgspec.ValidationError as error:
        raise _damaged(path, str(error)) from None


def _damaged(path: Path, why: str) -> HubError:
    return HubError(f"{path}: {why}.", hint="download it again, or write it anew with save_pretrained.")
