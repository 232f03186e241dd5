"""A brand's colour in a mail: the shade of it that can be read, on light and on dark."""

READABLE_CONTRAST = 4.5
"""What WCAG 2.2 AA asks of text and what is behind it."""

PAPER = (255, 255, 255)
NIGHT = (27, 33, 30)
"""What is behind a mail where the reader's screen is dark; the style sheet says the same."""

_STEP = 0.05

Channels = tuple[int, ...]


def readable(colour: str) -> str:
    """The colour, `#rrggbb`, or the lightest darker shade of it that white can be read on, and it on white."""
    return _shade(colour, PAPER, towards=0)


def readable_at_night(colour: str) -> str:
    """The colour, or the darkest lighter shade of it that can be read where the screen is dark."""
    return _shade(colour, NIGHT, towards=255)


def contrast(one: Channels, other: Channels) -> float:
    """WCAG's contrast ratio, from 1 to 21, of two colours given as red, green and blue of 0 to 255."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _shade(colour: str, behind: Channels, towards: int) -> str:
    channels = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
    while contrast(channels, behind) < READABLE_CONTRAST:
        channels = tuple(_stepped(channel, towards) for channel in channels)
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def _stepped(channel: int, towards: int) -> int:
    """A little nearer, and at least by one, so that it gets there."""
    if towards == 0:
        return int(channel * (1 - _STEP))
    return min(255, channel + max(1, round((255 - channel) * _STEP)))


def _luminance(channels: Channels) -> float:
    red, green, blue = (_linear(channel / 255) for channel in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
