"""Claims 15 to 18: what the weights look like, and what the network believes about nonsense."""

from __future__ import annotations

from thalweg.claims.claim import FAILS, HOLDS, IN_PART, Claim, Found, at_least, at_most
from thalweg.claims.laboratory import Laboratory

KINDS = ("uniform", "gaussian")


def random_weights(laboratory: Laboratory) -> Found:
    """Measure how much more alike neighbouring first-layer weights are than chance has it."""
    from thalweg.evaluation import features

    found = features(laboratory.population("classic"), laboratory.pictures.train, seed=laboratory.seed)
    number = found.mean_moran
    return Found(
        number,
        f"Moran's I of the first weights is {number.plain()}: 0 is random, 1 smooth; in shuffled weights "
        f"{round(found.shuffled.moran, 2) + 0.0:.2f}",  # never "-0.00"
        at_most(number, 0.1, part=0.3),
        f"{len(found.members)} members, every first-layer neuron as a picture; interval over members",
    )


def sure_of_noise(laboratory: Laboratory) -> Found:
    """Ask the lesson's network about pictures of noise."""
    found = laboratory.noise("classic")
    number = found["uniform"].members.mean_confidence
    sure = laboratory.population("classic").probabilities(laboratory.data.test).max(axis=-1).mean()
    chance = 1.0 / laboratory.data.classes
    half = (chance + float(sure)) / 2
    return Found(
        number,
        f"mean confidence {number.percent()} in pictures of uniform noise (guessing {100 * chance:.0f} %, "
        "real "
        f"digits {100 * sure:.0f} %)",
        at_least(number, half, part=(2 * chance + float(sure)) / 3),
        f"n = {laboratory.sizes.classic} members x 2,000 noise pictures; interval over both",
    )


def cannot_draw(laboratory: Laboratory) -> Found:
    """Let the network dream of every class, and let a stronger network say what it sees."""
    from thalweg.evaluation import dreams

    found = dreams(
        laboratory.population("classic"),
        laboratory.pictures,
        judge=laboratory.population("convnet"),
        judge_name="convnet",
        members=4,
        seed=laboratory.seed,
    )
    way = found["free"].best  # of several starts, what it believes in most
    number = way.mean_agreed
    assert number is not None, "there is a judge"
    return Found(
        number,
        f"a convolutional network recognises {number.percent()} of the pictures that the network itself "
        f"takes for a class with {100 * way.mean_own.value:.0f} %",
        at_most(number, 0.5, part=0.8),
        f"gradient ascent for {found.steps} steps, {way.own.shape[0]} members x {way.own.shape[1]} classes, "
        f"the best of {len(found.starts)} starts each; interval over members",
    )


def nothing_taught_doubt(laboratory: Laboratory) -> Found:
    """Compare with a network that was shown pictures of nothing and told to be unsure of them."""
    sure, unsure = (laboratory.noise(recipe) for recipe in ("classic-modern", "cautious"))
    drops = {
        kind: sure[kind].members.mean_confidence.value - unsure[kind].members.mean_confidence.value
        for kind in KINDS
    }
    price = laboratory.compared("cautious", "classic-modern").difference.measured
    number = unsure["uniform"].members.mean_confidence
    chance = 1.0 / laboratory.data.classes
    taught = number.value <= chance + 0.1 and min(drops.values()) > 0.2
    return Found(
        number,
        f"shown nonsense in training, it says {number.percent()} of uniform noise instead of "
        f"{sure['uniform'].members.mean_confidence.percent()}; accuracy changes by {price.percent()}",
        HOLDS if taught and price.value > -0.01 else IN_PART if min(drops.values()) > 0 else FAILS,
        f"recipes cautious and classic-modern, {laboratory.sizes.cautious} and {laboratory.sizes.modern} "
        "members, "
        "2,000 noise pictures of each kind; intervals over members and pictures",
    )


CLAIMS = (
    Claim(
        15,
        "The first weights look almost random, with loose patterns in the middle.",
        "14:21",
        "no more likeness of neighbouring weights than chance",
        "holds if the whole interval of Moran's I is below .1, in part if I is below .3",
        "features",
        random_weights,
    ),
    Claim(
        16,
        "Shown random noise, it answers as confidently as if it were a digit.",
        "15:14",
        "confidence in noise nearer to that in digits than to guessing",
        "holds if the whole interval is above half way, in part above a third",
        "noise",
        sure_of_noise,
    ),
    Claim(
        17,
        "It can recognise digits but has no idea how to draw one.",
        "15:34",
        "another network does not recognise what it draws",
        "holds if the whole interval is below one half recognised, in part if the mean is below .8",
        "dreams",
        cannot_draw,
    ),
    Claim(
        18,
        "It is utterly confident because nothing ever taught it otherwise.",
        "15:41",
        "taught otherwise, it is unsure of noise and as good at digits",
        "holds if confidence in noise falls to within 10 points of guessing, by 20 points or more, at a "
        "price of "
        "less than a point of accuracy; in part if it falls",
        "noise",
        nothing_taught_doubt,
    ),
)
