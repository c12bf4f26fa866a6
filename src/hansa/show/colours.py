"""One set of colours for everything that is drawn, apart also for the colour-blind.

Source: Okabe and Ito, *Color Universal Design* (2008).
"""

BLUE = "#0072b2"
ORANGE = "#d55e00"
GREEN = "#009e73"
PINK = "#cc79a7"
SKY = "#56b4e9"
AMBER = "#e69f00"
GREY = "#8a8a8a"
PALE = "#e4e6e8"
INK = "#1d2733"

SERIES = (BLUE, ORANGE, GREEN, PINK, SKY, AMBER, GREY)
