"""Which labels are wrong? Every label is judged by networks that did not train on its example."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from thalweg.data.class_order import as_names, columns_of
from thalweg.data.dataset import Dataset
from thalweg.data.labels import class_numbers, class_values, listing, tidy_labels
from thalweg.ensembles.estimator import given
from thalweg.errors import StudyError
from thalweg.evaluation.columns import misplaced
from thalweg.statistics.chance import over_chance
from thalweg.statistics.likely_order import likely_order
from thalweg.studies.catalogue import Parts, Progress
from thalweg.studies.label_audit.confusion import learn_confusion
from thalweg.studies.label_audit.error_count import ErrorCount, count_errors, floor_of, nothing_known
from thalweg.studies.label_audit.evidence import Evidence, given_evidence
from thalweg.studies.label_audit.issues.contradictions import find_contradictions
from thalweg.studies.label_audit.issues.copies import same, twins_of
from thalweg.studies.label_audit.issues.search import find_issues
from thalweg.studies.label_audit.judges.panel import (
    ESTIMATOR,
    NETWORKS,
    Judge,
    chosen_judges,
    pooled,
    refuse_idle,
)
from thalweg.studies.label_audit.pool import Pool, pool_of
from thalweg.studies.label_audit.recognised import recognised
from thalweg.studies.label_audit.record import LabelAudit
from thalweg.studies.label_audit.suspicion import suggested, suspicion
from thalweg.studies.subsets import refuse_unfit

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

    from thalweg.training.recipe import Recipe

GALLERY = 200
"""Most suspicious pictures that are kept with the result."""

LAST_PART = "labels, copies and outliers"
"""What is done once all judges have spoken: on large data it takes as long as some of them."""

FEWEST = 10
"""Fewest examples whose labels can be judged by how others go wrong."""


def audit(
    data: Dataset | ArrayLike | None,
    labels: ArrayLike | None = None,
    *,
    probabilities: np.ndarray | None = None,
    class_names: Sequence[Any] | None = None,
    split: str = "all",
    recipe: Recipe | str | None = None,
    judges: Sequence[str] | None = None,
    estimator: BaseEstimator | str | None = None,
    members: int | None = None,
    share: float | None = None,
    thorough: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
    parts: Parts | None = None,
) -> LabelAudit:
    """Rank labels by how likely they are wrong, and estimate how many are.

    The field's words: label errors, noisy labels, confident learning.

    A population is trained, each network on a random `share` of the examples, and each label is judged by
    the networks that did not train on it. Rows of features are judged by a forest, boosted trees and logistic
    regression as well, few pictures by a forest, each label by those that did not learn from it, and what all
    say is mixed by how well they foretell labels (`judges.panel`). With `probabilities` nothing is trained:
    they are the judgement.

    Main arguments:
        data: a data set (`thalweg.load`), or images [examples, height, width(, channels)], features or
            embeddings [examples, inputs] together with `labels`. None where probabilities are all there is.
        labels: [examples], of any kind: numbers or words.
        probabilities: your own, of a model that did not train on the example: [examples, classes], or
            [members, examples, classes] with NaN where a member did.
        class_names: what the columns of `probabilities` stand for, in their order. By default the classes as
            scikit-learn sorts them: whole numbers by value, words as strings.
        split: "all" judges both parts of a data set, "train" or "test" one. With "test" the networks train
            on the training part and every one of them judges every test example.

    Other arguments:
        recipe: what networks are trained, or its name; a recipe that suits a laptop by default. Networks
            judge alone where it is given, unless `judges` says more.
        judges: who judges, by name: "networks", "forest", "boosted-trees", "logistic"; by default all of
            them for rows of features, and networks for pictures, with a forest where those are few.
        estimator: a classifier of scikit-learn that is to judge, or the import path of what makes it,
            "package.module:factory". Clones of it are fitted on shares of the examples, as networks are
            trained (`thalweg.ensemble`). It judges alone, unless `judges` or `recipe` say more.
        members: how many networks, or clones; 24 by default.
        share: of the examples that each of them trains on; 0.75 by default, 0.7 for 10 or 20 networks.
        thorough: train convolutional networks on distorted pictures instead; takes many times as long.
        seed: of all random choices.
        progress: called before each block of networks with what it is, its place and how many there are.
        parts: where finished blocks are kept (`thalweg.runs.study.Parts`), to go on after an interruption.

    Raises before any training: `StudyError` for fewer than two examples in a class, labels that are all
    equal, judges that there are not, what is asked of networks that do not judge, a share that is not
    strictly between 0 and 1, too few members, probabilities of another length, or whose columns most
    likely stand in another order than the classes; `DataError` for data that cannot be learned from;
    `RecipeError` for an unknown recipe; `EstimatorError` for an estimator that cannot judge.

    Examples:
        >>> import thalweg as tw
        >>> recipe = tw.Recipe(optimiser=tw.training.Adam(0.01), epochs=5)
        >>> found = tw.audit(digits, recipe=recipe, members=10)
        >>> found
        LabelAudit('digits': 1,797 labels, about ... [...] wrong under even errors)
        >>> found.table().columns[:4]
        ['split', 'example', 'index', 'label']
    """
    if probabilities is not None:
        return _of_probabilities(data, labels, probabilities, split, class_names)
    if class_names is not None:
        raise StudyError(
            "class_names without probabilities: they name the columns of those.",
            hint="leave class_names out.",
        )
    estimator = None if estimator is None else given(estimator)
    pool = pool_of(data, labels, split)
    names = chosen_judges(
        judges, pool.train, recipe_given=recipe is not None, estimator_given=estimator is not None
    )
    refuse_idle(names, recipe=recipe, members=members, share=share, thorough=thorough)
    chosen, members, share = plan(pool, recipe, members=members, share=share, thorough=thorough)
    return audit_pool(
        pool,
        chosen,
        judges=names,
        estimator=estimator,
        members=members,
        share=share,
        seed=seed,
        progress=progress,
        parts=parts,
        split=split,
    )


def audit_pool(
    pool: Pool,
    recipe: Recipe,
    *,
    judges: Sequence[str],
    members: int,
    share: float,
    seed: int,
    split: str,
    estimator: BaseEstimator | None = None,
    progress: Progress | None = None,
    parts: Parts | None = None,
) -> LabelAudit:
    """Audit a pool that was made of `split`, as `plan` says; arguments and errors as in `audit`."""
    from thalweg.studies.label_audit.judges.fitted import FITTED
    from thalweg.studies.label_audit.judges.networks import blocks

    refuse_unfit(pool.train)
    many = [name for name in (NETWORKS, ESTIMATOR) if name in judges]
    others = [name for name in judges if name not in many]
    each = len(blocks(members, share))
    count = len(others) + each * len(many) + 1
    opinions: dict[str, Evidence] = {}
    for place, name in enumerate(others):
        if progress is not None:
            progress(name, place, count)
        opinions[name] = FITTED[name](pool.train, pool.also, seed)
    for place, name in enumerate(many):
        asked = {"members": members, "share": share, "seed": seed, "also": pool.also, "parts": parts}
        told = _after(len(others) + place * each, count, progress)
        gather = _gatherer(name, recipe, estimator)
        own = gather(pool.train, **asked, progress=told, part=f"audit-{split}")
        opinions = {name: own, **opinions}
    if progress is not None:
        progress(LAST_PART, count - 1, count)
    evidence, panel = pooled({name: opinions[name] for name in judges}, pool.judged.labels)
    return judge(pool, evidence, panel, _settings(judges, recipe, members=members, share=share))


def _gatherer(name: str, recipe: Recipe, estimator: BaseEstimator | None) -> Callable[..., Evidence]:
    """Return who trains networks, or fits an estimator, on shares of a split and gathers what they say."""
    if name == NETWORKS:
        from thalweg.studies.label_audit.judges.networks import gather_evidence

        return partial(gather_evidence, recipe)
    from thalweg.studies.label_audit.judges.estimators import gather_estimates

    assert estimator is not None, "it judges only where it is given"
    return partial(gather_estimates, estimator)


def _settings(judges: Sequence[str], recipe: Recipe, *, members: int, share: float) -> dict[str, Any]:
    """Return what was trained, None for what was not."""
    settings = {"members": members, "share": share, "recipe": recipe.name}
    if NETWORKS not in judges:
        settings["recipe"] = None
    return settings if {NETWORKS, ESTIMATOR} & set(judges) else dict.fromkeys(settings)


def _after(before: int, count: int, progress: Progress | None) -> Progress | None:
    """Return who is told of blocks of networks, which come after so many other parts of `count`."""
    if progress is None:
        return None
    return lambda what, place, _: progress(what, place + before, count)


def plan(
    pool: Pool,
    recipe: Recipe | str | None,
    *,
    members: int | None = None,
    share: float | None = None,
    thorough: bool = False,
) -> tuple[Recipe, int, float]:
    """Return the recipe that an audit of these examples trains, of how many members, on which share each."""
    from thalweg.studies.label_audit import recipes as audit_recipes
    from thalweg.training.recipe import Recipe

    if recipe is not None and thorough:
        raise StudyError(
            "a recipe and thorough were asked for: thorough is a recipe of its own.",
            hint="leave one of them out.",
        )
    if recipe is None:
        recipe = audit_recipes.thorough(pool.train) if thorough else audit_recipes.everyday(pool.train)
    elif isinstance(recipe, str):
        recipe = Recipe.load(recipe)
    members = audit_recipes.MEMBERS if members is None else members
    return recipe, members, audit_recipes.share_for(members) if share is None else share


def judge(pool: Pool, evidence: Evidence, panel: Sequence[Judge], settings: Mapping[str, Any]) -> LabelAudit:
    """Return the audit of a pool's examples, from what the judges of the `panel` say of them together."""
    split = pool.judged
    images = split.raw if split.is_images else None
    return _judged(
        pool,
        split.labels,
        evidence,
        names=pool.train.class_names,
        inputs=split.raw,
        images=images,
        settings=settings,
        panel=panel,
    )


def _of_probabilities(
    data: Dataset | ArrayLike | None,
    labels: ArrayLike | None,
    probabilities: np.ndarray,
    split: str,
    class_names: Sequence[Any] | None,
) -> LabelAudit:
    settings = {"members": None, "share": None, "recipe": "probabilities that were given"}
    inputs, images = None, None
    if data is None:
        pool = None
        numbers, names = _numbered(labels, np.shape(probabilities)[-1:], class_names)
    else:
        pool = pool_of(data, labels, split)
        judged = pool.judged
        numbers, names = judged.labels, pool.train.class_names
        inputs = judged.raw
        images = inputs if judged.is_images else None
    evidence = given_evidence(probabilities, len(numbers))
    classes = evidence.probabilities.shape[1]
    if classes != len(names):
        raise StudyError(
            f"probabilities of {classes} classes for labels of {len(names)} ({listing(names)}).",
            hint="give one column a class, in the order of the classes, or say theirs: class_names=[...].",
        )
    if len(np.unique(numbers)) < 2:
        raise StudyError("all labels are equal: there is nothing to tell apart.", hint="give two classes.")
    if class_names is not None:
        evidence = evidence.in_columns(columns_of(class_names, names, who="class_names"))
    else:
        _refuse_misplaced(evidence, numbers, names)
    return _judged(pool, numbers, evidence, names=names, inputs=inputs, images=images, settings=settings)


def _numbered(
    labels: ArrayLike | None, columns: tuple[int, ...], class_names: Sequence[Any] | None
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return class numbers [examples] and names, where labels and probabilities are all there is."""
    if labels is None:
        raise StudyError("probabilities without labels.", hint="give audit(None, labels, probabilities=...).")
    tidy = tidy_labels(labels)
    if class_names is not None:
        return class_numbers(np.array(as_names(tidy)), np.array(as_names(class_names))), as_names(class_names)
    count = columns[0] if columns else 0
    if tidy.dtype.kind == "i" and 0 <= tidy.min() <= tidy.max() < count:
        return tidy, tuple(map(str, range(count)))  # class numbers; the last may have no example
    values = class_values(tidy)
    return class_numbers(tidy, values), as_names(values)


def _refuse_misplaced(evidence: Evidence, numbers: np.ndarray, names: tuple[str, ...]) -> None:
    likely = likely_order(numbers, evidence.probabilities.argmax(axis=1), len(names))
    if likely is not None:
        raise misplaced(likely, names, StudyError)


def _judged(
    pool: Pool | None,
    labels: np.ndarray,
    evidence: Evidence,
    *,
    names: tuple[str, ...],
    inputs: np.ndarray | None,
    images: np.ndarray | None,
    settings: Mapping[str, Any],
    panel: Sequence[Judge] = (),
) -> LabelAudit:
    if len(labels) < FEWEST:
        raise StudyError(
            f"{len(labels)} examples: too few to tell how labels go wrong.", hint=f"give {FEWEST} or more."
        )
    _refuse_unjudged(evidence)
    chosen = suggested(evidence)
    seen = recognised(chosen, labels, len(names))
    judged = seen[labels]
    errors, suspicious = _judge_labels(evidence, labels, judged)
    order = np.argsort(-suspicious, kind="stable")
    issues = find_issues(pool, labels, chosen, class_names=names, recognised=seen, suspicion=suspicious)
    gallery = order[: min(GALLERY, int(judged.sum()))]  # labels that nobody can judge stand last
    identity = None if pool is None else pool.judged.identity
    every = np.arange(len(labels))
    return LabelAudit(
        name="labels" if pool is None else pool.name,
        class_names=names,
        part=np.full(len(labels), "train") if pool is None else pool.part,
        example=every if pool is None else pool.example,
        identity=identity,
        labels=labels,
        evidence=evidence,
        suspicion=suspicious,
        errors=errors,
        recognised=seen,
        over_chance=over_chance((chosen == labels)[None], labels, names, evidence.probabilities),
        twins=None if issues.copies is None else twins_of(issues.copies, labels),
        unsettled=0 if inputs is None else find_contradictions(same(inputs), labels).least_wrong,
        issues=issues,
        gallery=gallery,
        gallery_images=None if images is None else images[gallery],
        gallery_cells=None if identity is None else identity.cells(gallery),
        settings=settings,
        panel=tuple(panel),
    )


def _judge_labels(
    evidence: Evidence, labels: np.ndarray, judged: np.ndarray
) -> tuple[ErrorCount, np.ndarray]:
    """Return how many labels are wrong and how likely each is, NaN for those that cannot be judged."""
    unjudged = int((~judged).sum())
    suspicious = np.full(len(labels), np.nan)
    if unjudged == len(labels):
        return nothing_known(len(labels)), suspicious
    asked = evidence.of(judged)
    floor = floor_of(asked.probabilities, labels[judged])
    confusion = learn_confusion(asked.probabilities, labels[judged], floor=floor.believed)
    errors = count_errors(asked.probabilities, labels[judged], confusion, floor)
    # half an error: none was found, which is not the same as none
    rate = max(errors.expected, 0.5) / len(asked.probabilities)
    expected = errors.expected if floor.believed else None
    suspicious[judged] = suspicion(asked, labels[judged], confusion.at_rate(rate), expected=expected)
    return errors.with_unknown(unjudged), suspicious


def _refuse_unjudged(evidence: Evidence) -> None:
    lacking = np.flatnonzero((evidence.times == 0) | ~np.isfinite(evidence.probabilities).all(axis=1))
    if len(lacking):
        raise StudyError(
            f"{len(lacking):,} examples (the first is {lacking[0]}) were judged by no network: too many "
            "diverged.",
            hint="lower the learning rate of the recipe, or train more members.",
        )
