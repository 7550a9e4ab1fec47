"""Records with the form of evaluations that take long to make, and numbers that are easy to check."""

import numpy as np


def measured(value, half=0.05):
    return {"value": value, "interval": [value - half, value + half]}


def adversarial():
    sizes = ("0.0", "0.1", "0.3")
    one = {
        "smallest": measured(0.12, 0.02),
        "robust_accuracy": dict(zip(sizes, map(measured, (0.9, 0.6, 0.1)), strict=True)),
        "robust_accuracy_by_method": {"noise": dict(zip(sizes, (0.9, 0.85, 0.7), strict=True))},
    }
    vote = {**one, "robust_accuracy": dict(zip(sizes, map(measured, (0.95, 0.7, 0.2)), strict=True))}
    content = {
        "linf": {**one, "ensemble": vote},
        "members": 3,
        "examples": 20,
        "excluded": [],
        "attack": {"steps": 20, "starts": 2},
    }
    return content, {"linf_pictures": np.linspace(0, 1, 4 * 36).reshape(4, 6, 6).astype(np.float32)}


def plane(cost_there, marks):
    """A bowl: cost 1 + x^2 + y^2 on [-2, 2] x [-2, 2]."""
    line = np.linspace(-2, 2, 9)
    across, up = np.meshgrid(line, line)
    cost = 1 + across**2 + up**2
    content = {
        "across": [-2.0, 2.0],
        "up": [-2.0, 2.0],
        "lowest": {"cost": 1.0, "at": [0.0, 0.0]},
        "highest": {"cost": 9.0},
        "marks": marks,
        "cost_at_marks": cost_there,
        "projection_error": 0.0,
        "largest_cost_error": 0.0,
    }
    return content, {"across": line, "up": line, "cost": cost, "marks": np.array(marks, float)}


def landscape():
    planes = {
        "random": plane([1.0], [[0, 0]]),
        "members": plane([3.0, 3.0, 3.0], [[-1, -1], [1, -1], [0, 2]]),
        "path": plane([5.0, 2.0, 1.0], [[2, 0], [1, 0], [0, 0]]),
    }
    steps = [-1.0, -0.5, 0.0, 0.5, 1.0]
    content = {
        **{name: found for name, (found, _) in planes.items()},
        "slices": {
            "steps": steps,
            "cost": [4.0, 2.0, 1.0, 2.0, 4.0],
            "low": [3.0, 1.5, 0.5, 1.5, 3.0],
            "high": [5.0, 2.5, 1.5, 2.5, 5.0],
            "accuracy": [0.5] * 5,
            "doubled_at": 0.5,
            "members": [0, 1, 2],
        },
        "member": 0,
        "through": [0, 1, 2],
        "examples": 20,
        "cost": "cross-entropy",
        "l2": 0.0,
        "excluded": [],
        "walker": 0,
        "epochs": [0, 2, 4],
    }
    arrays = {f"{name}_{part}": value for name, (_, parts) in planes.items() for part, value in parts.items()}
    return content, arrays


def nudges():
    return {
        place: {
            "epoch": epoch,
            "members": [0, 1, 2],
            "top_1_percent": measured(0.1),
            "top_10_percent": measured(share),
            "upward": measured(0.5),
            "by_layer": {
                "layers.0.weight": {"mean": measured(0.01, 0.001), "share": measured(0.9)},
                "layers.0.bias": {"mean": measured(0.02, 0.001), "share": measured(0.1)},
            },
            "largest": [{"layer": "layers.0.weight", "index": [0, 1], "nudge": -0.5, "rank": 1}],
        }
        for place, epoch, share in (("start", 0, 0.3), ("middle", 2, 0.4), ("end", 4, 0.6))
    }


def descent():
    ends = {"stuck": False, "gradient_norm": [2.0, 0.5]}
    content = {
        "walk": {
            "epochs": [0, 1, 2, 3, 4],
            "members": [0, 1, 2],
            **dict.fromkeys(("cost", "gradient_norm", "accuracy", "test_accuracy", "step_length", "turn")),
            "steps_with_slope": measured(0.75),
            "correlations": [0.7, 0.75, 0.8],
            "last_step": None,
            "last_slope": None,
        },
        "nudges": nudges(),
        "on_off": {
            "activation": "sigmoid",
            "origin": "start",
            "sizes": [1e-6, 1e-3],
            "unmoved": {"smooth": [measured(0.0), measured(0.0)], "on_off": [measured(0.99), measured(0.9)]},
            "no_slope": {"smooth": 0.0, "on_off": 1.0},
            "weights": 300,
            "members": [0, 1, 2],
            "examples": 20,
        },
        "downhill": {
            "origin": "start",
            "examples": 20,
            "tolerance": 1e-3,
            "most_steps": 3,
            "reached": 1,
            "members": [
                {"member": 0, "steps": 3, "reached": True, "cost": [2.0, 0.2], "slope_left": 0.0005, **ends},
                {"member": 1, "steps": 2, "reached": False, "cost": [4.0, 1.0], "slope_left": 0.25, **ends},
            ],
        },
        "lacking": {},
        "examples": 97,
        "cost": "cross-entropy",
        "l2": 0.0,
        "excluded": [],
    }
    slope = np.array([[4.0, 2.0, 1.0, 0.5, 0.2]] * 3)
    arrays = {
        "walk_epochs": np.arange(5),
        "walk_cost": np.array([[2.0, 1.0, 0.5, 0.4, 0.3]] * 3),
        "walk_gradient_norm": slope,
        "walk_step_length": slope[:, :4] / 2,
        "walk_turn": np.cos(np.radians([[30.0, 45.0, 60.0]] * 3)),
        "downhill_cost": np.array([[2.0, 1.0, 0.5, 0.2], [4.0, 2.0, 1.0, np.nan]]),
        "downhill_gradient_norm": np.array([[1.0, 0.1, 0.01, 0.0005], [2.0, 1.0, 0.5, np.nan]]),
    }
    for place in content["nudges"]:
        arrays[f"nudges_{place}_by_pixel"] = np.eye(6)
        arrays[f"nudges_{place}_layers.0.weight"] = np.geomspace(1, 1e-3, 216).reshape(6, 36)
        arrays[f"nudges_{place}_layers.0.bias"] = np.full(6, 2.0)
    return content, arrays


RECORDS = {"adversarial": adversarial(), "descent": descent(), "landscape": landscape()}
