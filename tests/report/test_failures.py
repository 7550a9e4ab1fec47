from thalweg.report.failures import known_failures


def measured(value):
    return {"value": value, "interval": [value - 0.01, value + 0.01]}


def test_nothing_measured():
    assert known_failures({}) == []
    assert (
        known_failures({"noise": {"not_measured": "no"}, "shift": {}, "calibration": {"signed": None}}) == []
    )


def test_noise():
    noise = {"uniform": {"mean_confidence": measured(0.78), "share_above": {"0.9": measured(0.39)}}}
    (sentence,) = known_failures({"noise": noise})
    assert "78.0 % [77.0, 79.0] sure" in sentence
    assert "more than 90 % sure of 39.0 % [38.0, 40.0]" in sentence


def test_the_smallest_move_that_costs_ten_points():
    curve = {
        "levels": [-2, -1, 0, 1, 2],
        "identity": 0,
        "unit": "pixels to the right",
        "accuracy": [measured(each) for each in (0.6, 0.9, 0.95, 0.93, 0.7)],
        "confidence": [measured(each) for each in (0.8, 0.9, 0.96, 0.95, 0.85)],
    }
    (sentence,) = known_failures({"shift": {"curves": {"translation": curve}}})
    assert sentence == (
        "Translation by -2 (pixels to the right) leaves it right on 60.0 % [59.0, 61.0], "
        "while it is 80.0 % sure."
    )
    steady = {**curve, "accuracy": [measured(0.95)] * 5}
    assert known_failures({"shift": {"curves": {"translation": steady}}}) == []


def test_modesty_is_no_failure():
    assert known_failures({"calibration": {"signed": measured(-0.02)}}) == []
    (sentence,) = known_failures({"calibration": {"signed": measured(0.02)}})
    assert "exceeds accuracy by 2.0 points [1.0, 3.0]" in sentence


def test_the_commonest_mistake_and_the_hardest_examples():
    accuracy = {"class_names": ["a", "b"], "confusion": [[9, 1], [4, 16]]}
    never = {"value": 0.004, "interval": [0.003, 0.005], "count": 40}
    mistake, hardest = known_failures({"accuracy": accuracy, "diversity": {"never_right": never}})
    assert mistake == "Its commonest mistake: 20.0 % of class “b” are taken for “a”."
    assert hardest.startswith("40 new examples (0.4 % [0.3, 0.5])")


def test_no_mistakes():
    perfect = {"class_names": ["a", "b"], "confusion": [[9, 0], [0, 16]]}
    assert known_failures({"accuracy": perfect, "diversity": {"never_right": {"count": 0}}}) == []


def test_some_of_what_nobody_gets_right_is_named():
    never = {**measured(0.01), "count": 7, "called": [f"row {number}" for number in range(1, 8)]}
    (sentence,) = known_failures({"diversity": {"never_right": never}})
    assert sentence.endswith("one of the networks, such as row 1, row 2, row 3, row 4, row 5.")
    few = {**never, "count": 2, "called": ["a/1.png", "b/2.png"]}
    (sentence,) = known_failures({"diversity": {"never_right": few}})
    assert sentence.endswith("one of the networks: a/1.png, b/2.png.")


def test_what_few_outliers_cannot_show_is_said_beside_their_share():
    def said(outliers):
        shares = {"maximum_probability": {"auroc": measured(0.9)}}
        return known_failures(
            {"outliers": {"near": shares, "examples": {"test examples": 500, "strange": outliers}}}
        )

    assert len(said(500)) == 1
    share, few, unbounded = said(50)
    assert "90.0 % [89.0, 91.0] of pairs" in share
    assert few.startswith("Of that: 50 outliers are few")
    assert "hardly bounded from above" in unbounded
