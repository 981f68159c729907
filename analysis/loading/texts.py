"""Texts of tables, held once each: a few names stand in very many rows."""

import numpy as np
import pandas as pd

HELD = pd.StringDtype("python", na_value=np.nan)
"""Texts as Python's own: selecting rows of them by a name takes a fraction of what it takes of Arrow's."""


def with_shared_texts(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which equal texts of a column are one object; its values stay as they are."""
    texts = [str(name) for name, dtype in table.dtypes.items() if isinstance(dtype, pd.StringDtype)]
    return table.assign(**{name: _shared(table[name]) for name in texts})


def _shared(texts: pd.Series) -> pd.Series:
    codes, names = pd.factorize(texts)
    each = np.append(np.asarray(names, dtype=object), np.nan)  # the code of a missing text is -1
    return pd.Series(each[codes], index=texts.index, dtype=HELD)
