"""A delegation's signing key is changed: what the old one signed stays signed."""

from __future__ import annotations

from pathlib import Path

import pytest

from hansa.record.mandates import holding, subject_of
from hansa.service.acting import keys_for
from hansa.service.signing import checked, new_key, public_of, read_key
from hansa.terms.truth import Truth
from web.serving import serving


def test_a_new_key_is_appointed_and_the_old_one_recalled(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    old = new_key(folder / "arm-1.pem")
    with serving(tmp_path, keys=folder) as server, server.client() as client:
        server.account("csto", "CSTO")
        server.account("arm", "CSTO:ARM", key=old)
        subject = subject_of("CSTO", "ARM")

        def reported(name: str) -> str:
            body = {
                "kind": "report", "subject": name, "actor": "ARM", "id": f"{name}.report.ARM",
                "payload": {"kind": "smuggling", "text": name},
            }  # fmt: skip
            answer = client.post("/api/v1/acts", json=body, headers=server.token("arm"))
            assert answer.status_code == 201, answer.text
            found = server.site.live.recorded(f"{name}.report.ARM")
            assert found is not None
            said = found.payload["signature"]
            assert isinstance(said, dict)
            return str(said["key"])

        def holds(name: str) -> Truth:
            found = server.site.live.recorded(f"{name}.report.ARM")
            assert found is not None
            held = holding(server.site.live.mandates(), found.recorded)
            return checked(found, keys_for("ARM", held, server.site.live.described))

        assert reported("first") == old
        new = new_key(folder / "arm-2.pem")
        for kind, payload in (
            ("appoint", {"account": "arm", "key": new}),
            ("recall", {"key": old}),
        ):
            body = {"kind": kind, "subject": subject, "actor": "CSTO", "payload": payload}
            answer = client.post("/api/v1/acts", json=body, headers=server.token("csto"))
            assert answer.status_code == 201, answer.text
        assert reported("second") == new
        (folder / "arm-1.pem").unlink()
        assert reported("third") == new
        assert [holds(name) for name in ("first", "second", "third")] == [Truth.TRUE] * 3


def test_an_encrypted_key_needs_its_password(tmp_path: Path) -> None:
    from hansa.terms.errors import BadInput

    public = new_key(tmp_path / "arm.pem", "a password of keys")
    assert public_of(read_key(tmp_path / "arm.pem", "a password of keys")) == public
    assert (tmp_path / "arm.pem").stat().st_mode & 0o777 == 0o600
    with pytest.raises(BadInput, match="cannot read the key"):
        read_key(tmp_path / "arm.pem", "another")
