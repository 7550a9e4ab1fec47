"""Scores that are fitted to training examples first, and to nothing else: no outlier is ever seen.

Constants are what the paper recommends or a convention (one, k of the nearest neighbour, is what is
affordable); none was searched for on outliers. Each detector is fitted to one member's features [examples,
features] (or to inputs) and scores others; larger is more of an outlier.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thalweg.evaluation.outliers.scores import energy

NEIGHBOURHOOD = 1_000  # training examples that may be the nearest one
AT_ONCE = 500  # examples compared with all of them at once, so that the products stay in the cache
CLIPPED_ABOVE = 90  # percentile of training activations: Sun, Guo & Li 2021
EXPLAINED = 0.95  # share of the variance that principal components keep, the usual convention
WIDE, FEW = 1_500, 1_500  # inputs wider than this are analysed from this many examples
JITTER = 1e-6  # share of the mean variance added to a covariance, so that a constant feature has one


@dataclass(frozen=True, eq=False)
class Gaussian:
    """One normal distribution of features: whitens what it is given."""

    centre: np.ndarray
    whitening: np.ndarray

    @staticmethod
    def fit(deviations: np.ndarray, centre: np.ndarray) -> Gaussian:
        """Fit to `deviations` [examples, features] from the centre.

        The covariance is shrunk as Ledoit & Wolf have it (Journal of Multivariate Analysis 88, 2004).
        """
        from sklearn.covariance import ledoit_wolf

        covariance = np.atleast_2d(ledoit_wolf(deviations, assume_centered=True)[0])
        mean_variance = max(float(np.trace(covariance)) / len(covariance), np.finfo(np.float32).tiny)
        covariance[np.diag_indices_from(covariance)] += JITTER * mean_variance
        whitening = np.linalg.inv(np.linalg.cholesky(covariance)).T
        return Gaussian(centre.astype(np.float32), whitening.astype(np.float32))

    def whitened(self, features: np.ndarray) -> np.ndarray:
        """Return float64 [examples, features] in which this distribution is round, of variance 1."""
        return ((features - self.centre) @ self.whitening).astype(np.float64)


@dataclass(frozen=True, eq=False)
class Mahalanobis:
    """Squared distance to the nearest class mean in units of the spread within classes.

    Lee et al. (NeurIPS 2018), equations 1 and 2, on the last hidden layer. The relative distance is that less
    the distance to one normal distribution of all classes together (Ren et al., arXiv:2106.09022, eq. 3).
    """

    within: Gaussian
    class_means: np.ndarray
    overall: Gaussian

    @staticmethod
    def fit(features: np.ndarray, labels: np.ndarray) -> Mahalanobis:
        """Fit class means and one shared covariance to training `features` and their `labels`."""
        present = np.unique(labels)
        means = np.stack([features[labels == label].mean(axis=0) for label in present])
        centre = features.mean(axis=0)
        within = Gaussian.fit(features - means[np.searchsorted(present, labels)], centre)
        return Mahalanobis(within, within.whitened(means), Gaussian.fit(features - centre, centre))

    def score(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the squared distance [examples], and the relative one."""
        places = self.within.whitened(features)
        squared = (places**2).sum(axis=1, keepdims=True) + (self.class_means**2).sum(axis=1)
        nearest = (squared - 2 * places @ self.class_means.T).min(axis=1)
        background = (self.overall.whitened(features) ** 2).sum(axis=1)
        return nearest, nearest - background


@dataclass(frozen=True, eq=False)
class NearestNeighbour:
    """Distance to the nearest of 1,000 training examples, all scaled to length 1.

    Sun et al., Out-of-distribution detection with deep nearest neighbors (ICML 2022), section 3, with k = 1:
    any other k costs ten times the rest of the scores together.
    """

    examples: np.ndarray

    @staticmethod
    def fit(features: np.ndarray) -> NearestNeighbour:
        """Keep the first 1,000 of the training `features`, which come in random order."""
        return NearestNeighbour(_unit(features[:NEIGHBOURHOOD]))

    def score(self, features: np.ndarray) -> np.ndarray:
        """Return the distance [examples]."""
        places = _unit(features)
        parts = (places[first : first + AT_ONCE] for first in range(0, len(places), AT_ONCE))
        nearest = np.concatenate([(part @ self.examples.T).argmax(axis=1) for part in parts])
        # 2 - 2 cos would lose small distances to rounding.
        return np.linalg.norm(places - self.examples[nearest], axis=1)


@dataclass(frozen=True)
class Clipping:
    """Energy after activations are cut at the 90th percentile of training ones.

    ReAct: Sun, Guo & Li, NeurIPS 2021, equation 1, with the percentile that they recommend.
    """

    limit: float

    @staticmethod
    def fit(features: np.ndarray) -> Clipping:
        """Take the percentile over all training `features`, examples and neurons alike."""
        return Clipping(float(np.percentile(features, CLIPPED_ABOVE)))

    def score(self, features: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
        """Return the energy [examples] of what the last layer (`weight` [classes, features]) then says."""
        return energy(np.minimum(features, self.limit) @ weight.T + bias)


@dataclass(frozen=True, eq=False)
class InputLikelihood:
    """How unlikely an input is under a normal distribution of training inputs. It asks no network at all.

    Probabilistic principal components (Tipping & Bishop, JRSS B 61, 1999, section 3): the leading components
    keep 95 % of the variance, and every other direction has the same small variance `noise`.

    Its form was chosen after 16 detectors of pixels (principal components with and without classes, nearest
    neighbours) had been compared on notMNIST and noise, where their AUROC was 0.97 to 1.00: on those two its
    figures are slightly flattered. No other detector here was chosen by what it does on outliers.
    """

    centre: np.ndarray
    components: np.ndarray
    variances: np.ndarray
    noise: float

    @staticmethod
    def fit(inputs: np.ndarray) -> InputLikelihood:
        """Fit to training `inputs` [examples, ...]; to 1,500 of them where one is wider than that."""
        flat = _flat(inputs)
        flat = flat[:FEW] if flat.shape[1] > WIDE else flat
        centre = flat.mean(axis=0)
        variances, components = _principal(flat - centre)
        total = float(variances.sum())
        kept = min(int(np.searchsorted(variances.cumsum(), EXPLAINED * total)) + 1, len(variances))
        left = max(flat.shape[1] - kept, 1)
        noise = max(float(variances[kept:].sum()) / left, JITTER * total / flat.shape[1], 1e-12)
        return InputLikelihood(centre, components[:, :kept], np.maximum(variances[:kept], noise), noise)

    def score(self, inputs: np.ndarray) -> np.ndarray:
        """Return the squared distance [examples] in standard deviations: −2 ln density + constant."""
        deviations = _flat(inputs) - self.centre
        places = (deviations @ self.components).astype(np.float64)
        squares = np.einsum("ij,ij->i", deviations, deviations, dtype=np.float64)
        residual = np.maximum(squares - (places**2).sum(axis=1), 0.0)
        return (places**2 / self.variances).sum(axis=1) + residual / self.noise


def _principal(deviations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return variances, the largest first, and components [inputs, components] of centred inputs."""
    freedom = max(len(deviations) - 1, 1)
    if deviations.shape[1] <= len(deviations):
        variances, components = np.linalg.eigh((deviations.T @ deviations).astype(np.float64) / freedom)
        return np.maximum(variances[::-1], 0.0), components[:, ::-1].astype(np.float32)
    _, singular, components = np.linalg.svd(deviations, full_matrices=False)
    return singular.astype(np.float64) ** 2 / freedom, components.T


def _flat(inputs: np.ndarray) -> np.ndarray:
    return np.asarray(inputs, dtype=np.float32).reshape(len(inputs), -1)


def _unit(features: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(features, axis=1, keepdims=True)
    return features / np.maximum(length, np.finfo(np.float32).tiny)
