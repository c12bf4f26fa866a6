"""Counting adopting profiles: exactly where that is possible, with a bound where it is not.

`halves`
    Meet in the middle over classes of equal voters: any condition, any number of choices,
    exact; up to about 40 voters that all differ, and far more when voters or sums repeat.
`divided`
    One weighted yes-no vote with many voters: one generating function, out of which each
    voter is divided; exact swings in integers of any size.
`quadrature`
    The same for Shapley–Shubik: the integral over a common probability of being in favour.
`sampling`
    Anything else: random profiles, with a bound that holds with a stated confidence.
"""
