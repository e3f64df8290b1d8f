"""The heaviest assignment of rows to columns, exact on whole numbers of any size."""

from collections.abc import Sequence

_OUTSIDE = 0
"""Index of a column outside the table, from which every search begins; the table's own count from 1."""


def heaviest_assignment(weights: Sequence[Sequence[int]]) -> list[int]:
    """Give each row a column of its own so that the weights sum to the most; no row is longer than another.

    There are at least as many columns as rows. The Hungarian method by shortest augmenting paths (Kuhn 1955; Jonker
    and Volgenant 1987).
    """
    if not weights:
        return []
    table = _Assignment(weights)
    for row in range(1, len(weights) + 1):
        table.place(row)
    return table.columns_by_row()


class _Assignment:
    """An optimal assignment of the rows placed so far; potentials bound the weights from above."""

    def __init__(self, weights: Sequence[Sequence[int]]) -> None:
        self._weights = weights
        self._columns = range(1, len(weights[0]) + 1)
        self._row_potential = [0] * (len(weights) + 1)
        self._column_potential = [0] * (len(weights[0]) + 1)
        self._row_of = [0] * (len(weights[0]) + 1)

    def place(self, row: int) -> None:
        """Add a row, moving others where that is worth more."""
        self._row_of[_OUTSIDE] = row
        came_from = dict.fromkeys(self._columns, _OUTSIDE)
        slack: dict[int, int] = {}
        reached = [_OUTSIDE]
        while self._row_of[reached[-1]] != 0:
            self._look_around(reached[-1], slack, came_from, set(reached))
            nearest = min(slack, key=lambda column: (slack[column], column))
            self._shift(slack[nearest], reached, slack)
            del slack[nearest]
            reached.append(nearest)
        self._turn_over(reached[-1], came_from)

    def columns_by_row(self) -> list[int]:
        """The column of each row, both from 0."""
        by_row = {self._row_of[column]: column - 1 for column in self._columns if self._row_of[column]}
        return [by_row[row] for row in sorted(by_row)]

    def _look_around(self, column: int, slack: dict[int, int], came_from: dict[int, int], reached: set[int]) -> None:
        row = self._row_of[column]
        for other in self._columns:
            if other in reached:
                continue
            loss = -self._weights[row - 1][other - 1] - self._row_potential[row] - self._column_potential[other]
            if other not in slack or loss < slack[other]:
                slack[other] = loss
                came_from[other] = column

    def _shift(self, step: int, reached: Sequence[int], slack: dict[int, int]) -> None:
        for column in reached:
            self._row_potential[self._row_of[column]] += step
            self._column_potential[column] -= step
        for column in slack:
            slack[column] -= step

    def _turn_over(self, column: int, came_from: dict[int, int]) -> None:
        while column != _OUTSIDE:
            previous = came_from[column]
            self._row_of[column] = self._row_of[previous]
            column = previous
