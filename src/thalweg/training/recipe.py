"""What is trained and how, as inert data: a recipe prints, compares, and goes to and from TOML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from importlib import resources
from pathlib import Path
from typing import Any

import tomli_w

from thalweg import limits, networks
from thalweg.errors import RecipeError, near_match, shown
from thalweg.imported import path_of
from thalweg.networks import ConvNet, Mlp, OwnNetwork
from thalweg.networks.costs import COST_NAMES
from thalweg.places import given_path
from thalweg.spec import (
    check,
    choice,
    from_table,
    is_off,
    number,
    numbers_per_member,
    refuse_unknown,
    text,
    to_table,
    whole,
)
from thalweg.temporary import against
from thalweg.training import optimisers, schedules
from thalweg.training.augmentation import Augmentation
from thalweg.training.exposure import Exposure
from thalweg.training.optimisers import Optimiser, OwnOptimiser, Sgd
from thalweg.training.schedules import Constant, Schedule
from thalweg.written import write_whole

PARTS = {
    "network": networks.SPECS,
    "optimiser": optimisers.SPECS,
    "schedule": schedules.SPECS,
    "augmentation": {"augmentation": Augmentation},
    "exposure": {"exposure": Exposure},
}
"""The fields of a recipe that are specs of their own, with the kinds each may be."""


@dataclass(frozen=True)
class Recipe:
    """What is trained and how.

    Main fields: `network`, `cost` (quadratic, cross-entropy, binary-cross-entropy), `optimiser`,
    `batch_size` (a number, or "full" for gradient descent on all examples at once), `epochs`.

    Other fields: `schedule` of the learning rate; `augmentation` of pictures; `l2` adds l2/2 times the sum of
    squared weights (biases left out) to the cost; `dropout` silences that share of hidden activations;
    `label_smoothing`; `ema`, the decay of a running average of the weights that is kept instead of the last
    weights (0: none); `order`: "shared", all members see the same batches, or "own" (pictures are distorted
    once an epoch for all either way); `exposure` to
    examples of nothing, to be unsure of; `hold_out`: share of the training examples that a run keeps back to
    validate and calibrate on (used by `train_run`; `train` learns from all it is given).

    Any real-valued field of the recipe or its parts may be a list with one value for each member. A network
    or an optimiser of one's own is named by its import path; a function or class that Python finds again by
    its name may be given itself (`network=my_networks.Residual`, `optimiser=optax.lion`).

    Examples:
        >>> import thalweg as tw
        >>> recipe = tw.Recipe(network=tw.networks.Mlp((32,)), cost="quadratic", epochs=5)
        >>> recipe.network
        Mlp(hidden=(32,), activation='sigmoid', initialisation='glorot')
        >>> tw.Recipe(l2=[0.0, 1e-4, 1e-3]).l2
        (0.0, 0.0001, 0.001)
        >>> tw.Recipe.load("classic").cost
        'quadratic'
    """

    network: Mlp | ConvNet | OwnNetwork = field(default_factory=Mlp)
    cost: str = choice("cross-entropy", COST_NAMES)
    optimiser: Optimiser = field(default_factory=Sgd)
    schedule: Schedule = field(default_factory=Constant)
    augmentation: Augmentation = field(default_factory=Augmentation)
    exposure: Exposure = field(default_factory=Exposure)
    batch_size: int | str = whole(32, low=1, also=("full",))
    epochs: int = whole(10, low=1)
    l2: float = number(0.0, low=0.0)
    dropout: float = number(0.0, low=0.0, below=1.0)
    label_smoothing: float = number(0.0, low=0.0, below=1.0)
    ema: float = number(0.0, low=0.0, below=1.0)
    order: str = choice("shared", ("shared", "own"))
    hold_out: float = number(0.0, low=0.0, below=1.0, per_member=False)
    name: str = text("custom")

    def __post_init__(self) -> None:
        _name_own(self)
        _refuse_foreign(self)
        check(self)
        if isinstance(self.network, OwnNetwork) and not is_off(self.dropout):
            raise RecipeError(
                f"dropout={shown(self.dropout)}: a network of one's own draws nothing at random.",
                hint="leave dropout at 0, or take a network of ours.",
            )
        lengths = {path: len(values) for path, values in numbers_per_member(self)}
        if len(set(lengths.values())) > 1:
            raise RecipeError(
                "values per member of different lengths: "
                + ", ".join(f"{path} has {length}" for path, length in lengths.items())
                + ".",
                hint="give every list one value for each member.",
            )

    @staticmethod
    def load(source: str | Path) -> Recipe:
        """Load a named recipe (see `names`) or a TOML file.

        Raises `RecipeError` for an unknown name, unreadable TOML, an unknown key or a value out of range.
        """
        if str(source) in names():
            return from_text((_FOLDER / f"{source}.toml").read_text("utf-8"), str(source))
        path = given_path(source, "a recipe", RecipeError)
        try:
            toml = path.read_text("utf-8")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise RecipeError(
                f"no recipe {str(source)!r}: neither a named recipe ({', '.join(names())}) nor a file.",
                hint="give one of the names, or the path of a TOML file."
                + near_match(str(source), list(names())),
            ) from None
        except (OSError, ValueError) as error:  # a ValueError: not UTF-8
            why = error.strerror if isinstance(error, OSError) else error
            raise RecipeError(
                f"recipe {shown(str(path))}: cannot be read: {why}.",
                hint="give a TOML file in UTF-8 that you may read.",
            ) from None
        return from_text(toml, path.stem)

    def save(self, path: str | Path) -> None:
        """Write the whole recipe as TOML, defaults included; raises `RecipeError` where that cannot be."""
        place, content = given_path(path, "a recipe", RecipeError), self.to_toml()
        try:
            write_whole(place, lambda temporary: temporary.write_text(content, "utf-8"))
        except OSError as error:
            raise RecipeError(
                f"{place}: cannot be written: {error.strerror or error}.", hint=against(error)
            ) from None

    def to_toml(self) -> str:
        """Return the whole recipe as TOML text, defaults included."""
        return tomli_w.dumps(self.to_table())

    def to_table(self) -> dict[str, Any]:
        """Return the whole recipe as a nested table of plain values."""
        table = to_table(self)
        plain = {key: value for key, value in table.items() if not isinstance(value, dict)}
        return {"name": plain.pop("name"), **plain, **{part: table[part] for part in PARTS}}

    def with_settings(self, settings: Mapping[str, Any]) -> Recipe:
        """Return a copy with fields replaced by dotted path: `{"optimiser.learning_rate": 0.1}`.

        The last word alone will do where it is unambiguous (`learning_rate`). Setting a part's `kind`
        (or the part to a word: `{"optimiser": "adam"}`) starts that part from its defaults.
        """
        if not isinstance(settings, Mapping) or not all(isinstance(key, str) for key in settings):
            raise RecipeError(
                f"settings are {shown(settings)}: expected fields by name.",
                hint='for example {"learning_rate": 0.1}.',
            )
        table = self.to_table()
        chosen_first = sorted(settings.items(), key=lambda item: not _chooses_kind(item[0]))
        for key, value in chosen_first:
            _put(table, key, value)
        return from_mapping(table)

    def for_epochs(self, epochs: int) -> Recipe:
        """Return a copy that trains for `epochs`."""
        return replace(self, epochs=epochs)


OWN = {"network": OwnNetwork, "optimiser": OwnOptimiser}
"""The parts that may be of one's own, and the spec that names them."""


def _name_own(recipe: Recipe) -> None:
    """Put the import path in the place of a function or class of the user's that Python finds again."""
    for part, spec in OWN.items():
        value = getattr(recipe, part)
        if callable(value) and value not in PARTS[part].values():
            path = path_of(value)
            if path is not None:
                object.__setattr__(recipe, part, spec(path))


def _refuse_foreign(recipe: Recipe) -> None:
    """Refuse a part that is no spec of ours: another library's network, an optimiser that is a function."""
    for part, kinds in PARTS.items():
        value = getattr(recipe, part)
        if isinstance(value, tuple(kinds.values())):
            continue
        made = [f"{kind.__module__.rpartition('.')[0]}.{kind.__name__}()" for kind in kinds.values()]
        whose = f"{type(value).__module__}.{type(value).__qualname__}"
        instead = f"give one of {', '.join(made)}."
        if isinstance(value, type) and value in kinds.values():
            instead = f"make one of it: {value.__name__}()."
        elif isinstance(value, str):
            instead += f' By name: Recipe().with_settings({{"{part}": {value!r}}}).'
        elif part == "network":
            instead += " A network that is trained already is measured: tw.evaluate(network, dataset)."
        if part in OWN:
            instead += f" {_kept_as_text(part, value)}"
        elif part == "schedule":
            instead += " A recipe is inert data that a run keeps as text; a function cannot be kept so."
        raise RecipeError(f"Recipe({part}=...) is a {whose}: expected a spec.", hint=instead)


def _kept_as_text(part: str, value: Any) -> str:
    own = OWN[part]
    if hasattr(value, "__qualname__"):  # a function or a class, not what one of them made
        return (
            "One of your own is kept by its import path, and Python cannot find this one again: it stands in "
            "a notebook, in the script itself or in a function. Put it in a module of its own."
        )
    if part == "optimiser" or type(value).__module__.split(".")[0] not in ("torch", "sklearn", "keras"):
        made = "my_module:make"
        return f"One of your own is kept by the import path of what makes it: {own.__name__}({made!r})."
    return "Only Equinox modules are trained here."


_FOLDER = resources.files("thalweg.training") / "recipes"


def names() -> tuple[str, ...]:
    """Return the names of the recipes that come with the package."""
    found = (Path(entry.name) for entry in _FOLDER.iterdir())
    return tuple(sorted(path.stem for path in found if path.suffix == ".toml"))


def description(name: str) -> str:
    """Return the comment that a named recipe opens with: what it is for, and how it was chosen."""
    lines = (_FOLDER / f"{name}.toml").read_text("utf-8").splitlines()
    comment = []
    for line in lines:
        if not line.startswith("#"):
            break
        comment.append(line.lstrip("# ").rstrip())
    return "\n".join(comment)


def from_text(toml: str, name: str) -> Recipe:
    """Read a recipe from TOML text; `name` is used when the text gives none."""
    try:
        table = limits.toml(toml)
    except ValueError as error:
        raise RecipeError(f"recipe {name}: not TOML: {error}.", hint="mend that line.") from None
    return from_mapping({"name": name, **table})


def from_mapping(table: Mapping[str, Any]) -> Recipe:
    """Build a recipe from a nested table, refusing unknown keys."""
    _refuse_unknown_keys(table)
    values = dict(table)
    for part, kinds in PARTS.items():
        if part in values:
            values[part] = from_table(kinds, values[part], part)
    return Recipe(**values)


def _refuse_unknown_keys(table: Mapping[str, Any]) -> None:
    own, parts = [item.name for item in fields(Recipe)], _paths(PARTS)
    for key in table:
        under = [path.partition(".")[0] for path in parts if path.endswith(f".{key}")]
        if key not in own and under:
            raise RecipeError(
                f"{key} is not a field of a recipe itself; it is one of its {under[0]}.",
                hint=f"write it under [{under[0]}].",
            )
    refuse_unknown(table, own, "", also=[path.partition(".")[2] for path in parts])


def _paths(kinds: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the dotted path of every field of these kinds of parts."""
    every = ((part, kind) for part, those in kinds.items() for kind in those.values())
    return sorted({f"{part}.{item.name}" for part, kind in every for item in fields(kind)})


def _chooses_kind(key: str) -> bool:
    return key in PARTS or key.endswith(".kind")


def _put(table: dict[str, Any], key: str, value: Any) -> None:
    path = _resolve(table, key).split(".")
    if path[-1] == "kind" or (path[-1] in PARTS and isinstance(value, str)):
        table[path[0]] = {"kind": value}
        return
    if path[-1] in PARTS:
        raise RecipeError(
            f"{key}={value!r}: {key} is a part with fields of its own.",
            hint=f"set one field, such as {key}.{list(table[key])[-1]}, or name its kind.",
        )
    if len(path) == 1:
        table[path[0]] = value
    elif path[0] in PARTS:
        # a part whose kind was just chosen holds no fields yet: its own loader refuses an unknown one
        table[path[0]][".".join(path[1:])] = value
    else:
        raise RecipeError(f"{key}={shown(value)}: {path[0]} has no fields.", hint=f"set {path[0]} itself.")


def _resolve(table: Mapping[str, Any], key: str) -> str:
    head = key.partition(".")[0]
    if head in table:
        return key
    chosen = {part: table[part].get("kind", next(iter(kinds))) for part, kinds in PARTS.items()}
    known = _paths(
        {
            part: {name: kind for name, kind in kinds.items() if name == chosen[part]}
            for part, kinds in PARTS.items()
        }
    )
    matches = [path for path in known if path.split(".")[-1] == key]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise RecipeError(f"{key!r} could be {' or '.join(matches)}.", hint="write the whole path.")
    _refuse_other_kind(key, chosen)
    raise _unknown(key, table, known)


def _unknown(key: str, own: Iterable[str], paths: Sequence[str]) -> RecipeError:
    # the last word of a path alone is what most people write
    meant = [*own, *(path.partition(".")[2] for path in paths), *paths]
    return RecipeError(
        f"{key!r} is not a field of a recipe; the fields are {', '.join(sorted([*own, *paths]))}.",
        hint=f"correct the key.{near_match(key, meant)}",
    )


def refuse_unknown_settings(settings: Iterable[str]) -> None:
    """Raise `RecipeError` for a setting that no recipe has, whatever the kinds of its parts."""
    own, paths = [item.name for item in fields(Recipe)], _paths(PARTS)
    for key in settings:
        head, dot, _ = key.partition(".")
        if head not in own and (dot or not any(path.endswith(f".{key}") for path in paths)):
            raise _unknown(key, own, paths)


def _refuse_other_kind(key: str, chosen: Mapping[str, str]) -> None:
    """Raise `RecipeError` for a field that another kind of a part has than the one that was chosen."""
    for part, kinds in PARTS.items():
        for name, kind in kinds.items():
            if key in (item.name for item in fields(kind)):
                raise RecipeError(
                    f"{key!r} is a field of the {part} {name!r}, and this recipe's is {chosen[part]!r}.",
                    hint=f"choose that kind as well, {part}={name}, or leave {key} out.",
                )
