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


def ink_on(fill: str) -> str:
    """White or black: the one that can be read on a colour (WCAG 2.2, 1.4.3: 4.5 to 1)."""
    channels = [int(fill[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
                        for c in channels)  # fmt: skip
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#ffffff" if 1.05 / (luminance + 0.05) >= 4.5 else "#000000"
