"""Columns have names of their own, in the order of the file, however many are alike."""

from hypothesis import given, strategies

from thalweg.data.tables.columns import distinct_names


def plainly(names):
    distinct = []
    for name in names:
        times = 1
        while (new := name if times == 1 else f"{name} ({times})") in distinct:
            times += 1
        distinct.append(new)
    return distinct


@given(strategies.lists(strategies.sampled_from(["a", "b", "a (2)", "a (3)", "b (2) (2)", ""]), max_size=30))
def test_names_are_those_of_the_plain_way(names):
    assert distinct_names(names) == plainly(names)


def test_a_hundred_thousand_alike_are_named_at_once():
    found = distinct_names(["a"] * 100_000)
    assert (found[0], found[-1], len(set(found))) == ("a", "a (100000)", 100_000)
