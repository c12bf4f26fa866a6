"""Rules on consent to treaties, withdrawal and objections."""

from __future__ import annotations

from hansa.record.permits.mechanism import Permit, Proposed
from hansa.terms.truth import Truth

CONSENT = ("sign", "ratify", "notify", "accede")
"""How a state consents to be bound."""


class NothingPrecedesItsTreaty(Permit):
    """No state consents to a treaty before it is open for signature."""

    kinds = CONSENT

    def broken(self, on: Proposed) -> str | None:
        opened = on.world.treaties[on.act.subject].signed
        return None if on.act.on >= opened else f"{on.act.subject} is open from {opened}"


class NoSecondConsent(Permit):
    """A state that is bound by a treaty does not consent to it again (VCLT Art. 11)."""

    kinds = CONSENT

    def broken(self, on: Proposed) -> str | None:
        act = on.act
        life = on.register.timeline.lives[act.subject]
        if life.bound(act.actor, act.on) is not None:
            return f"{act.actor} is bound by {act.subject} on {act.on}"
        if act.kind == "sign" and act.actor in life.signed:
            return f"{act.actor} signed {act.subject} on {life.signed[act.actor].on}"
        return None


class OnlySignatoriesRatify(Permit):
    """Only a state that has signed a treaty ratifies it (VCLT Art. 14)."""

    kinds = ("ratify", "notify")

    def broken(self, on: Proposed) -> str | None:
        signed = on.register.timeline.lives[on.act.subject].signed
        if on.act.actor in signed:
            return None
        return f"{on.act.actor} has not signed {on.act.subject}; it may accede"


class OnlyPartiesDenounce(Permit):
    """Only a party to a treaty gives notice of withdrawal from it (VCLT Art. 54)."""

    kinds = ("denounce",)

    def broken(self, on: Proposed) -> str | None:
        finding = on.register.is_bound(on.act.subject, on.act.actor)
        return None if finding.truth is Truth.TRUE else finding.text


class OneNoticeAtATime(Permit):
    """A notice of withdrawal that runs is not given again."""

    kinds = ("denounce",)

    def broken(self, on: Proposed) -> str | None:
        for notice in on.register.timeline.lives[on.act.subject].notices:
            if notice.state == on.act.actor and notice.given <= on.act.on < notice.effect:
                return f"given on {notice.given}, effective on {notice.effect}"
        return None


class OnlyPartiesObject(Permit):
    """Only a party to a treaty objects to what others do under it (VCLT Art. 20)."""

    kinds = ("object", "reserve")

    def broken(self, on: Proposed) -> str | None:
        if on.act.subject not in on.world.treaties:
            return None
        finding = on.register.is_bound(on.act.subject, on.act.actor)
        signed = on.act.actor in on.register.timeline.lives[on.act.subject].signed
        if finding.truth is Truth.TRUE or (on.act.kind == "reserve" and signed):
            return None
        return finding.text


RULES: tuple[type[Permit], ...] = (
    NothingPrecedesItsTreaty,
    NoSecondConsent,
    OnlySignatoriesRatify,
    OnlyPartiesDenounce,
    OneNoticeAtATime,
    OnlyPartiesObject,
)
