"""The best whole assignment of rows to columns, exact and unique for the weights it is given."""

from collections.abc import Mapping, Sequence

Pair = tuple[int, int]

NONE = -1


def heaviest(rows: int, columns: int, weights: Mapping[Pair, int]) -> dict[int, int]:
    """Columns by row, each used once, of the greatest sum of weights; a pair without a positive weight is never made.

    Weights are whole numbers of any size, so that nothing is lost to rounding. The Hungarian method with potentials
    (Kuhn 1955, Munkres 1957), row by row along cheapest augmenting paths: rows² × (rows + columns) steps.
    """
    if rows > columns:
        turned = heaviest(columns, rows, {(column, row): weight for (row, column), weight in weights.items()})
        return {row: column for column, row in turned.items()}
    # Each row has a column of its own at no cost, which stands for "none".
    matrix = [[-max(weights.get((row, column), 0), 0) for column in range(columns)] + [0] * rows for row in range(rows)]
    owners = _cheapest(matrix)
    found = {row: column for column, row in enumerate(owners[:columns]) if row != NONE}
    return {row: column for row, column in sorted(found.items()) if weights.get((row, column), 0) > 0}


def _cheapest(matrix: Sequence[Sequence[int]]) -> list[int]:
    """The row of each column, or NONE, in the assignment of all rows at the least cost."""
    width = len(matrix[0]) if matrix else 0
    row_potential, column_potential = [0] * len(matrix), [0] * width
    owner = [NONE] * width
    for row in range(len(matrix)):
        _augment(row, matrix, row_potential, column_potential, owner)
    return owner


def _augment(
    row: int,
    matrix: Sequence[Sequence[int]],
    row_potential: list[int],
    column_potential: list[int],
    owner: list[int],
) -> None:
    """Give a row a column along the cheapest path of exchanges, and keep the potentials valid."""
    slack: dict[int, int] = {}
    came_from: dict[int, int] = {}
    path: list[int] = []
    waiting = list(range(len(owner)))
    at, last = row, NONE
    while at != NONE:
        for column in waiting:
            cost = matrix[at][column] - row_potential[at] - column_potential[column]
            if column not in slack or cost < slack[column]:
                slack[column], came_from[column] = cost, last
        last = min(waiting, key=slack.__getitem__)
        step = slack[last]
        row_potential[row] += step
        for column in path:
            row_potential[owner[column]] += step
            column_potential[column] -= step
        for column in waiting:
            slack[column] -= step
        waiting.remove(last)
        path.append(last)
        at = owner[last]
    while last != NONE:
        before = came_from[last]
        owner[last] = row if before == NONE else owner[before]
        last = before
