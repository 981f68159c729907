import pandas as pd

from analysis.loading.texts import HELD, with_shared_texts


def test_equal_texts_of_a_column_are_one_object_and_values_stay_as_they_are():
    name = "adapted-confirm"
    table = pd.DataFrame(
        {"run": [name, f"{name}"[:8] + name[8:], None, "fixed", ""], "epoch": [1, 2, 3, 4, 5]}
    )
    shared = with_shared_texts(table)
    assert shared["run"].dtype == HELD
    assert shared["run"].dropna().tolist() == [name, name, "fixed", ""]
    assert shared["run"].isna().tolist() == [False, False, True, False, False]
    assert shared["run"].array[0] is shared["run"].array[1]
    assert shared["epoch"].equals(table["epoch"])


def test_a_table_without_rows_keeps_its_columns():
    empty = pd.DataFrame({"run": ["x"], "epoch": [1]}).head(0)
    assert with_shared_texts(empty).columns.tolist() == ["run", "epoch"]
