"""A session: the account that signed in, how, and until when."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in.

    Parameters
    ----------
    account : str
        The account's name.
    title : str
        What it is called on pages.
    digest : str
        Of the token: names the session without giving it away.
    strong : bool
        Whether a second factor was shown (or the provider vouches for its own sign-in).
    token : bool
        Whether it is a token for scripts rather than a browser's session.
    ends : int
        Seconds since 1970.
    """

    account: str
    title: str
    digest: str
    strong: bool
    token: bool
    ends: int
