"""Who may not see a report learns nothing of it from TAXII: not even that there is one."""

from __future__ import annotations

from typing import Any

import pytest

from taxii.conftest import ACCOUNTS, ROOT, WORD, objects_path


@pytest.mark.parametrize(
    ("account", "collection", "reports"),
    [
        ("nobody", "public", {"clear"}),
        ("chn", "public", {"clear"}),
        ("chn", "community", {"green"}),
        ("csto", "community", {"green"}),
        ("csto", "CSTO", {"clear", "green", f"{WORD}-amber", f"{WORD}-strict"}),
        ("arm", "CSTO", {"clear", "green", f"{WORD}-amber", f"{WORD}-red"}),
        ("both", "CSTO", {"clear", "green", f"{WORD}-amber"}),
        ("chn", "SCO", {"green"}),
    ],
)
def test_each_reader_finds_their_reports(
    at: Any, account: str, collection: str, reports: set[str]
) -> None:
    assert set(at(account).incidents(collection)) == reports
