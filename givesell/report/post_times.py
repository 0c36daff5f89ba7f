"""When the posts of a scored file were written."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from givesell.archives.times.times import TimeColumn, Times, read_times, zoned
from givesell.report.fields import words_of


class PostTimes:
    """Reads the times of posts batch by batch.

    Parameters
    ----------
    roles : mapping of str to str
        The columns of times (``created``), clock times and time zones.
    known : TimeColumn, optional
        What an earlier pass over the file has learned of its times; without it, it is gathered.

    Attributes
    ----------
    name : str or None
        Of the column of times.
    column : TimeColumn
        How the times are read.
    settled : bool
        False if a batch was read in another way than a later one, which showed the right way: the
        file has to be read again.
    """

    def __init__(self, roles: Mapping[str, str], known: TimeColumn | None = None) -> None:
        self.name, self._clock, self._zone = map(roles.get, ("created", "clock", "zone"))
        self._gathers, self.column = known is None, known or TimeColumn()
        self._read_as: Any = None
        self.settled = True

    def read(self, batch: pa.RecordBatch) -> Times:
        """Return the times of a batch, and which of them are not understood.

        Parameters
        ----------
        batch : pyarrow.RecordBatch, n rows

        Returns
        -------
        Times
        """
        if self.name is None:
            nothing = np.zeros(len(batch), bool)
            return Times(np.full(len(batch), np.datetime64("NaT", "s")), nothing, nothing)
        column = _readable(batch, self.name)
        beside = zoned(
            *(
                None if other is None else _readable(batch, other)
                for other in (self._clock, self._zone)
            )
        )
        if self._gathers:
            self.column.add(column, beside)
        read_as = (
            [self.column.order(sign) for sign in "/-."] if self.column.asks else None,
            self.column.days_alone,
        )
        # A later batch may show how an earlier one is to be read.
        self.settled &= self._read_as in (None, read_as)
        self._read_as = read_as
        return read_times(column, beside, order=self.column)


def _readable(batch: pa.RecordBatch, name: str) -> pa.Array:
    """Return a column as times can be read from it."""
    column = batch.column(name)
    if (
        pa.types.is_timestamp(column.type)
        or pa.types.is_date(column.type)
        or pa.types.is_primitive(column.type)
    ):
        return column
    return words_of(column, batch.schema.field(name))
