"""The flags that verbs share, and what they ask for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from thalweg.cli.terminal import Terminal
from thalweg.limits import toml

if TYPE_CHECKING:
    from thalweg.callbacks import Callback
    from thalweg.data.dataset import Dataset
    from thalweg.data.reading import Reading
    from thalweg.training.recipe import Recipe

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_RECIPE = "classic-modern"
DEFAULT_MEMBERS = 32

data_dir = click.option(
    "--data-dir", metavar="DIR", help="Look for named data sets here first (then THALWEG_DATA and the cache)."
)


class Listed(click.Option):
    """An option of several words, in one list or in several: `--only a,b` is `--only a --only b`."""

    def __init__(self, *given: Any, callback: Callable[..., Any] | None = None, **more: Any):
        def joined(ctx: click.Context, parameter: click.Parameter, words: tuple[str, ...]) -> Any:
            text = ",".join(words) if words else None
            return text if callback is None else callback(ctx, parameter, text)

        super().__init__(*given, multiple=True, callback=joined, **more)


def _size(ctx: click.Context, _: click.Parameter, text: str | None) -> tuple[int, ...] | None:
    try:
        sizes = None if text is None else tuple(int(word) for word in text.split(","))
    except ValueError:
        sizes = ()
    if sizes is not None and not (0 < len(sizes) < 3 and min(sizes) > 0):
        raise click.BadParameter(f"{text!r}: expected pixels, such as 32 or 24,32 (height,width).", ctx=ctx)
    return sizes if sizes is None or len(sizes) == 2 else 2 * sizes


_READING = (
    click.option(
        "--label-column", metavar="NAME", help="The column with the classes, for CSV and Parquet files."
    ),
    click.option(
        "--columns", cls=Listed, metavar="NAME,NAME", help="The columns that are features, if not all others."
    ),
    click.option("--drop", cls=Listed, metavar="NAME,NAME", help="Columns that are no feature."),
    click.option("--id-column", metavar="NAME", help="The column that names the rows."),
    click.option("--separator", metavar="CHAR", help="What separates the columns of a CSV file, or tab."),
    click.option("--decimal", metavar="CHAR", help="The decimal mark of a CSV file: . or a comma."),
    click.option("--encoding", metavar="NAME", help="The encoding of a CSV file, such as latin-1."),
    click.option("--strict", is_flag=True, help="Refuse a table or pictures that would have to be repaired."),
    click.option(
        "--resize",
        metavar="N|H,W",
        callback=_size,
        help="Stretch the pictures of a folder to N x N pixels, or to height H and width W.",
    ),
)
READING_NAMES = (
    *("label_column", "columns", "drop", "id_column", "separator", "decimal", "encoding", "strict"),
    "resize",
)


def _listed(_: click.Context, __: click.Parameter, text: str | None) -> list[str] | None:
    """Return the words between commas; one that holds a comma stands in quotation marks."""
    import csv

    return (
        None if text is None else [word.strip() for word in next(csv.reader([text], skipinitialspace=True))]
    )


def _numbers(ctx: click.Context, _: click.Parameter, text: str | None) -> list[float] | None:
    try:
        return None if text is None else [float(word) for word in text.split(",")]
    except ValueError:
        raise click.BadParameter(
            f"{text!r}: expected numbers, such as 0.5 or 0.485,0.456,0.406.", ctx=ctx
        ) from None


class_order = click.option(
    "--class-order",
    metavar="A,B,C",
    callback=_listed,
    help="What the columns of answers that are not ours stand for, in their order.",
)
labels_file = click.option(
    "--labels", metavar="FILE", help="The labels of --probabilities, if that file has none: .npy, or text."
)


def channel_numbers(name: str, help: str) -> Callable[[F], F]:
    """Return a flag that takes one number, or one a channel."""
    return click.option(name, metavar="X[,X,X]", callback=_numbers, help=help)


ray = click.option(
    "--ray",
    "ray",
    metavar="local|ADDRESS",
    help="Train on a Ray cluster: HOST:PORT, auto, or local, which starts one on this machine. The networks "
    "are the same.",
)
as_json = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object and nothing else on stdout."
)
quiet = click.option("--quiet", is_flag=True, help="Print nothing but errors (and JSON, with --json).")


def take_reading(given: dict[str, Any]) -> Reading:
    """Take the flags that say how the data are to be read out of `given`, as one value."""
    from thalweg.data.reading import Reading

    taken = {name: given.pop(name) for name in READING_NAMES}
    for name in ("columns", "drop"):
        taken[name] = tuple(word.strip() for word in (taken[name] or "").split(",") if word.strip())
    return Reading(**taken)


def reading_flags(made: F) -> F:
    """Give a verb the flags that say how the data are to be read, as they are."""
    for option in reversed(_READING):
        made = option(made)
    return made


def reading(function: F) -> F:
    """Give a verb the flags that say how the data are to be read; it is called with `reading`."""

    @wraps(function)
    def called(*args: Any, **given: Any) -> Any:
        return function(*args, reading=take_reading(given), **given)

    called.__dict__.update(function.__dict__)
    return reading_flags(called)  # type: ignore[return-value]


def refuse_reading(reading: Reading, why: str) -> None:
    """Raise a usage error if a flag of reading was given where there is nothing to read; `why` ends it."""
    for name in reading.given:
        raise click.UsageError(f"--{name.replace('_', '-')} {why}")


def _parse_setting(ctx: click.Context, _: click.Parameter, settings: tuple[str, ...]) -> dict[str, Any]:
    return dict(_key_and_value(ctx, setting) for setting in settings)


def _key_and_value(ctx: click.Context, setting: str) -> tuple[str, Any]:
    key, equals, text = setting.partition("=")
    if not equals or not key.strip():
        raise click.BadParameter(f"{setting!r}: expected key=value, such as learning_rate=0.1.", ctx=ctx)
    return key.strip(), parse_value(text.strip())


def parse_value(text: str) -> Any:
    """Read `text` as a TOML value (number, true, "text", [a, list]); what is not TOML is taken as a word."""
    try:
        table = toml(f"value = {text}")
    except ValueError:  # no TOML, or beyond what is read
        return text
    return table["value"] if len(table) == 1 else text


settings = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    callback=_parse_setting,
    help="Change a field of the recipe; a list gives each member its own value. Repeatable.",
)

_TRAINING = (
    click.option(
        "--data", metavar="NAME|PATH", help="What to learn from: MNIST, or the embedded digits, by default."
    ),
    data_dir,
    reading,
    click.option(
        "--recipe", metavar="NAME|FILE", help=f"What is trained and how; {DEFAULT_RECIPE} by default."
    ),
    settings,
    click.option(
        "--members",
        metavar="N",
        type=click.IntRange(min=1),
        help=f"How many networks; {DEFAULT_MEMBERS} by default.",
    ),
    click.option(
        "--epochs",
        metavar="N",
        type=click.IntRange(min=1),
        help="Passes over the examples, instead of the recipe's.",
    ),
    click.option(
        "--seed", metavar="N", type=click.IntRange(min=0), help="Seed of all random choices; 0 by default."
    ),
    click.option(
        "--out", metavar="DIR|URL", help="The run directory itself; a new one under runs/ by default."
    ),
    click.option(
        "--keep-path",
        metavar="N",
        type=click.IntRange(min=0),
        help="Keep the weights of the first N networks after every epoch, 0 for none; "
        "4 by default, thinned out to 32 MB.",
    ),
    click.option(
        "--engine",
        metavar="NAME",
        help="What does the work: native (vector code, where it was built), xla, or auto, the quicker one, "
        "by default. The result is the same to rounding.",
    ),
    click.option(
        "--track",
        metavar="NAME:PLACE",
        multiple=True,
        help="Tell a tracker of every epoch: tensorboard:FOLDER, mlflow:ADDRESS or wandb:PROJECT (offline). "
        "Repeatable.",
    ),
    ray,
    click.option("--resume", metavar="RUN", help="Continue a training that was stopped."),
    click.option("--details", is_flag=True, help="Print every question and its answer before the headline."),
    as_json,
    quiet,
)


def training(function: F) -> F:
    """Give a verb the flags of training."""
    for option in reversed(_TRAINING):
        function = option(function)
    return function


@dataclass(frozen=True)
class Request:
    """What a command line asks to be trained; None stands for a flag that was not given."""

    data: str | None
    data_dir: str | None
    reading: Reading
    recipe: str | None
    settings: dict[str, Any]
    members: int | None
    epochs: int | None
    seed: int | None
    out: str | None
    resume: str | None
    as_json: bool
    quiet: bool
    keep_path: int | None = None
    engine: str | None = None
    details: bool = False
    track: tuple[str, ...] = ()
    ray: str | None = None

    def __post_init__(self) -> None:
        """Refuse flags that would change a run that is resumed."""
        if self.resume is None:
            return
        because = "cannot be given with --resume: a run goes on with what it was started with."
        refuse_reading(self.reading, because)
        kept = {"resume", "ray", "data_dir", "details", "as_json", "quiet", "reading", "track"}
        for field in fields(self):
            if field.name not in kept and getattr(self, field.name) not in (None, {}):
                flag = "--set" if field.name == "settings" else f"--{field.name.replace('_', '-')}"
                raise click.UsageError(f"{flag} {because}")

    @property
    def terminal(self) -> Terminal:
        """Where to say what is going on."""
        return Terminal(quiet=self.quiet)

    def trackers(self) -> list[Callback]:
        """Return who is told of every epoch."""
        if not self.track:
            return []
        from thalweg.tracking.named import tracker

        return [tracker(each) for each in self.track]

    def load_recipe(self) -> Recipe:
        """Return the recipe with its settings."""
        return load_recipe(self.recipe or DEFAULT_RECIPE, self.settings, self.epochs)

    def load_data(self) -> Dataset:
        """Load the data, and say what the user should know about them."""
        return load_data(self.data, self.data_dir, self.reading, self.terminal)

    def fitted(self, recipe: Recipe, dataset: Dataset) -> Recipe:
        """Return `recipe`, without distortions of pictures if nobody asked for it and there are none."""
        if self.recipe is not None or dataset.test.is_images or recipe.augmentation.is_none:
            return recipe
        from thalweg.training.augmentation import Augmentation

        self.terminal.note(f"{recipe.name}: {dataset.name} holds no pictures, so none are distorted.")
        return replace(recipe, augmentation=Augmentation())

    def member_count(self, recipe: Recipe) -> int:
        """Return `--members`, else the length of a list of values per member, else the default."""
        from thalweg.spec import numbers_per_member

        if self.members is not None:
            return self.members
        return next((len(values) for _, values in numbers_per_member(recipe)), DEFAULT_MEMBERS)


def load_recipe(source: str, settings: dict[str, Any], epochs: int | None = None) -> Recipe:
    """Return the named recipe, or that of a TOML file, with `settings` and `epochs` put in."""
    from thalweg.training.recipe import Recipe

    return changed(Recipe.load(source), settings, epochs)


def changed(recipe: Recipe, settings: dict[str, Any], epochs: int | None) -> Recipe:
    """Return `recipe` with `settings` and `epochs` put in."""
    recipe = recipe.with_settings(settings)
    return recipe if epochs is None else recipe.for_epochs(epochs)


def load_data(source: str | None, data_dir: str | None, reading: Reading, terminal: Terminal) -> Dataset:
    """Load `source`, or the data that there are when it is None, and say what the user should know."""
    from thalweg import data

    if source is None:
        dataset, why = data.default(data_dir)
        terminal.note(why)
    else:
        dataset = data.load(source, data_dir=data_dir, reading=reading)
    for note in dataset.notes:
        terminal.note(f"{dataset.name}: {note}")
    return dataset


def working_on(ray: str | None) -> AbstractContextManager[Any]:
    """Have all training inside done on the Ray cluster that `--ray` names; here where it is None."""
    if ray is None:
        return nullcontext()
    from thalweg.training.cluster.connection import on_ray

    return on_ray(ray)
