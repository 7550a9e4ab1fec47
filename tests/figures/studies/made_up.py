"""Records of every study with numbers that are easy to check: the real classes, without any training."""

import numpy as np

from tests.studies.populations import answers
from thalweg.data.dataset import Dataset, Scaling, TestSplit, TrainSplit
from thalweg.measured import Measured
from thalweg.statistics.binary_tasks import groupings
from thalweg.statistics.chance import OverChance, over_chance
from thalweg.studies import find
from thalweg.studies.barrier_width.record import BarrierWidth
from thalweg.studies.census.record import Census, Places
from thalweg.studies.double_descent.curve import height_of, over_epochs
from thalweg.studies.double_descent.record import Curve, DoubleDescent, Point
from thalweg.studies.early_stopping import Ended
from thalweg.studies.grokking.delay import Rule, delays
from thalweg.studies.grokking.record import Cell, Grokking
from thalweg.studies.label_audit.audit import audit as judge_labels
from thalweg.studies.learning_curves import Curves
from thalweg.studies.lottery.record import lottery_of
from thalweg.studies.luck.cell import cell_of
from thalweg.studies.luck.record import Luck
from thalweg.studies.memorisation.consistency import Consistency
from thalweg.studies.memorisation.record import Gallery, Memorisation
from thalweg.studies.memorisation.removal import Removal, WithAndWithout
from thalweg.studies.memorisation.scores import MemorisationScores
from thalweg.studies.memorisation.split_half import SplitHalf
from thalweg.studies.nielsen.rows import ROWS
from thalweg.studies.nielsen.study import Nielsen, Reproduced
from thalweg.studies.optimisers.study import Optimisers, Tuned
from thalweg.studies.outcomes import Outcomes
from thalweg.studies.random_labels.study import Arm, RandomLabels
from thalweg.studies.starts.one_width import one_width, places_of, shuffled_of
from thalweg.studies.starts.record import Starts
from thalweg.studies.starts.weight_distances import WeightDistances
from thalweg.studies.structure.study import Learned, Structure

HOSTILE = "<script>alert(1)</script>"


def starts(settings=None):
    settings = settings or find("starts").settings(members=8, widths=(4, 8))
    return settings, Starts(tuple(_width(width) for width in settings.widths), "quadratic")


def _width(width):
    generator = np.random.default_rng(width)
    ends, lost = _outcomes(generator, 1 / width), _outcomes(generator, 0.1, right=0.25)
    distances = (generator.uniform(low, low + 0.05, 6) for low in (0.95, 0.6, 0.8))
    hidden, labels = (width, width), np.arange(40) % 4
    return one_width(
        ends,
        labels,
        class_names=tuple("abcd"),
        hidden=hidden,
        parameters=10 * width,
        places=places_of(WeightDistances(*distances, 4), 0),
        shuffled=shuffled_of(lost, ends, labels, hidden=hidden, classes=4, seed=0),
    )


def _outcomes(generator, scale, *, right=0.9):
    cost = 0.2 + scale * generator.uniform(0, 0.2, 8)
    return Outcomes(
        cost,
        right + 0.05 * generator.uniform(size=8),
        (cost[:, None] + generator.uniform(0, 0.1, (8, 40))).astype(np.float32),
        ((np.arange(40) + (generator.uniform(size=(8, 40)) > right)) % 4).astype(np.uint16),
        np.zeros(8, bool),
    )


def _curves(speed, members=3, epochs=40):
    """Accuracies that rise to 1 at `speed` a (member-dependent) epoch."""
    along = np.arange(epochs + 1)[None] * speed * (1 + 0.1 * np.arange(members))[:, None]
    return Curves(np.minimum(1.0, 0.1 + along), np.minimum(0.9, 0.1 + along / 2))


def random_labels():
    settings = find("random-labels").settings(members=3, width=8, widths=(2, 8), shares=(0.0, 1.0))
    curves = {
        Arm("true", 0.0, 8): _curves(0.45),
        Arm("random", 1.0, 8): _curves(0.045),
        Arm("gaussian", 0.0, 8): _curves(0.09),
        Arm("true", 0.0, 8, "l2"): _curves(0.3),
        Arm("random", 1.0, 8, "l2"): _curves(0.01),
        Arm("true", 0.0, 2): _curves(0.2),
        Arm("random", 1.0, 2): _curves(0.005),
    }
    return settings, RandomLabels(settings, curves, {2: 100, 8: 400}, 50, 20, 4)


def structure():
    settings = find("structure").settings(members=3, kinds=("true", "gaussian"))
    generator = np.random.default_rng(0)
    kinds = {
        kind: Learned(
            _curves(speed),
            np.ceil(generator.uniform(0, 9, (3, 50))),
            Measured(0.9, 0.8, 0.95),
            Measured(late, late - 0.1, late + 0.1),
        )
        for kind, speed, late in (("true", 0.45, 0.3), ("gaussian", 0.09, 0.7))
    }
    return settings, Structure(settings, kinds, 50, np.arange(50, dtype=np.int32) % 4, tuple("abcd"))


def memorisation(pictures=True):
    settings = find("memorisation").settings(members=10)
    inside, outside = np.full(100, 0.95), np.r_[np.zeros(4), np.full(96, 0.9)]
    apart, error = inside - outside, np.linspace(0.05, 0.15, 100)
    scores = MemorisationScores(apart, apart - 2 * error, apart + error, error, inside, outside)
    low, high = Measured(0.8, 0.75, 0.85), Measured(0.9, 0.85, 0.95)
    asked = WithAndWithout(20, high, low, high, Measured(-0.1, -0.15, -0.05))
    images = np.full((4, 6, 6), 128, np.uint8) if pictures else None
    spread = np.full(100, 0.1)
    consistency = Consistency((0.7,), outside, outside - 0.2, outside + 0.1, spread, np.array([0.85]))
    agreement = SplitHalf(Measured(0.6, 0.5, 0.7), Measured(0.75, 0.65, 0.8), 5, 0.9, Measured(0.8))
    record = Memorisation(
        (np.arange(100) % 4).astype(np.int32),
        tuple("abcd"),
        settings,
        10,
        0,
        7,
        3,
        Measured(0.9, 0.85, 0.95),
        scores,
        consistency,
        agreement,
        None,
        Removal(4, 10, 0, asked, None),
        Gallery(np.arange(4), np.array([1, 2, 3, 0]), images),
    )
    return settings, record


def optimisers():
    settings = find("optimisers").settings(optimisers=("sgd", "adam"), members=3)
    rates = np.geomspace(1e-3, 1, 4)

    def tuned(grid, right):
        answers = np.arange(3)[:, None] + np.arange(60)[None]
        return Tuned(
            rates, np.array(grid), np.full((3, 5), right), answers % 10 < 10 * right, answers % 10 < 9
        )

    each = {"sgd": tuned([0.2, 0.4, 0.8, 0.1], 0.7), "adam": tuned([0.9, 0.5, 0.3, 0.1], 0.9)}
    return settings, Optimisers(settings, each, 60, (0.25, "a"))


def nielsen(comparable=True):
    settings = find("nielsen").settings(members=4, chapters=("1",))
    made = []
    for row in ROWS[:3]:
        centre = row.peak or row.last
        values = centre + np.array([-0.003, 0.001, 0.0, 0.002])[:, None] * np.array([[1.0, 0.5]])
        made.append(Reproduced(row, values, values, comparable, 0, row.epochs))
    return settings, Nielsen(tuple(made), 4, "mnist")


def luck():
    """Two widths, two lengths and three rates; the larger the width, the less starts truly differ."""
    settings = find("luck").settings(members=20, widths=(4, 16), epochs=(1, 5), rates=(0.01, 0.1, 1.0))
    groups, cells = groupings(4), []
    for width in settings.widths:
        for epochs in settings.epochs:
            for rate, wild in zip(settings.rates, (1, 1, 6), strict=True):
                true_sd = wild * 0.04 / width
                predicted, labels = answers(20, 400, error=0.1, true_sd=true_sd, classes=4, seed=1)
                validation = np.full(20, 0.9 - abs(np.log10(rate) + 1) / 10 - 0.1 / epochs)
                lost = np.arange(20) < (wild > 1)
                found = {"predicted": predicted, "validation": validation, "diverged": lost}
                place = width, epochs, rate
                cells.append(cell_of(place, found, labels, groups, parameters=10 * width, level=0.996))
    learned = over_chance(predicted == labels, labels, tuple("abcd"))
    return settings, Luck(tuple(cells), 400, learned)


def double_descent(cost=(0.5, 0.55, 0.7, 0.5, 0.2)):
    """Five widths, by default with a peak where they are just enough; with weights reused and without."""
    settings = find("double-descent").settings(members=6, examples=100, widths=(2, 4, 6, 8, 20), epochs=9)
    enough = (0.2, 0.7, 1.0, 1.4, 4.0)
    generator, curves = np.random.default_rng(0), []
    for noise in settings.noises:
        for reused in (False, True):
            means = np.array(cost) + noise * (1 - reused)
            tables = [value + 0.05 * generator.standard_normal((6, 40)) for value in means]
            wrong = [table > 0.6 for table in tables]
            held = (Measured(table.mean(), table.mean() - 0.05, table.mean() + 0.05) for table in tables)
            points = tuple(
                Point(width, 10 * width, share, 0.1, 0.05, each, Measured(share / 9, share / 10, share / 8))
                for width, share, each in zip(settings.widths, enough, held, strict=True)
            )
            heights = (height_of(every, enough, curves=4) for every in (tables, wrong))
            curves.append(Curve(noise, reused, 6, 0, points, *heights))
    errors = np.array((0.5, 0.2, 0.3, 0.1)) + 0.01 * generator.standard_normal((6, 4))
    epochs = tuple(over_epochs(noise, 6, (1, 2, 4, 9), errors, curves=2) for noise in settings.noises)
    learned = OverChance(Measured(0.9, 0.8, 0.95), 0.25, "a", Measured(0.65, 0.55, 0.7))
    return settings, DoubleDescent(tuple(curves), epochs, 100, 40, 400, "quadratic", learned)


def grokking():
    """Two scales and weight decays: prompt, never, half delayed, and all delayed by a hundred times."""
    settings = find("grokking").settings(members=4, scales=(1.0, 8.0), weight_decays=(0.01, 0.1))
    steps, rule = np.array([10, 100, 1000, 10_000]), Rule(0.99, 0.8, 10.0)
    late = {
        (1.0, 0.01): [0, 0, 1, 1],
        (1.0, 0.1): [9, 9, 9, 9],
        (8.0, 0.01): [1, 1, 3, 3],
        (8.0, 0.1): [3, 3, 3, 3],
    }
    cells = []
    for place, first in late.items():
        train = np.tile([0.5, 1.0, 1.0, 1.0], (4, 1))
        test = np.where(np.arange(4) >= np.array(first)[:, None], 0.9, 0.2)
        cells.append(Cell(*place, train, test, 40, 0, delays(steps, train, test, rule), 0.99))
    learned = OverChance(Measured(0.9, 0.8, 0.95), 0.25, "a", Measured(0.65, 0.55, 0.7))
    return settings, Grokking(tuple(cells), steps, rule, 1000, 40, learned)


def lottery():
    settings = find("lottery").settings(members=6, rounds=(1, 3))
    generator = np.random.default_rng(5)
    chance = generator.uniform(size=(6, 80))
    ended, shares = {}, (1.0, 0.8, 0.64, 0.51)
    for number, share in enumerate(shares):
        for arm, gain in (("ticket", 0.05), ("new start", 0.0), ("shuffled", -0.05), ("random", -0.1)):
            if arm == "ticket" or number in settings.rounds:
                epochs = generator.integers(5, 9, 6) + 3 * (arm != "ticket")
                right = chance < 0.8 + gain * share
                ended[arm, number] = Ended(epochs, right, right.mean(axis=1), np.zeros(6, bool))
    labels = (np.arange(80) % 4).astype(np.int32)
    test = TestSplit(np.zeros((80, 6, 6), np.uint8), labels, tuple("abcd"))
    return settings, lottery_of(ended, shares, settings, 14_900, test)


def barrier_width():
    settings = find("barrier-width").settings(members=5, widths=(4, 8, 16, 32), methods=("weights",))
    generator = np.random.default_rng(6)
    pairs = {
        name: {width: height * width**-0.5 * generator.uniform(0.9, 1.1, 10) for width in settings.widths}
        for name, height in (("unaligned", 4.0), ("weights", 1.0))
    }
    members, costs = dict.fromkeys(settings.widths, 5), dict.fromkeys(settings.widths, 0.1)
    labels = np.arange(40) % 4
    learned = over_chance(np.ones((5, 40), bool), labels, tuple("abcd"))
    return settings, BarrierWidth(settings, pairs, members, costs, learned)


def census():
    generator = np.random.default_rng(7)
    cost = np.r_[0.5, 0.5, 0.5, 0.5 + generator.uniform(0, 0.2, 9)]
    verdict = np.r_[np.zeros(10, int), 2, 2]  # minima, and two saddles
    right = np.arange(60)[None] < 50 - np.rint(40 * (cost - 0.5))[:, None]
    places = Places(
        verdict=verdict,
        cost=cost,
        start_cost=cost + 0.1,
        gradient=np.full(12, 1e-12),
        sharpness=generator.uniform(1, 2, 12),
        smallest=np.full(12, 1e-3),
        index=2 * (verdict == 2),
        right=right,
        kind=np.where(verdict == 2, -1, np.r_[0, 0, 0, np.arange(1, 10)]),
        points=np.zeros((12, 5)),
    )
    labels = np.arange(60) % 4
    return find("census").settings(members=12), Census(places, 0, 5, 80, labels, tuple("abcd"))


MAKERS = {
    "starts": starts,
    "luck": luck,
    "double-descent": double_descent,
    "grokking": grokking,
    "random-labels": random_labels,
    "structure": structure,
    "memorisation": memorisation,
    "optimisers": optimisers,
    "lottery": lottery,
    "census": census,
    "barrier-width": barrier_width,
    "nielsen": nielsen,
}


def audit(names=tuple("abcd"), wrong=6):
    """Judge 120 labels of pictures, the first few of them wrong, by answers that are sure and right."""
    generator = np.random.default_rng(0)
    truth = np.arange(120) % len(names)
    labels = truth.copy()
    labels[:wrong] = (labels[:wrong] + 1) % len(names)
    answers = np.full((120, len(names)), 0.001)
    answers[np.arange(120), truth] = 1 - 0.001 * (len(names) - 1)
    raw = generator.integers(0, 256, (120, 6, 6), dtype=np.uint8)
    train = TrainSplit(raw, labels.astype(np.int32), names, Scaling.pixels())
    dataset = Dataset("pictures", TestSplit(raw[:8], labels[:8], names), train)
    return judge_labels(dataset, probabilities=answers, split="train")
