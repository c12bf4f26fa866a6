"""Drawings as light as they look: the same picture from a third of the characters.

A drawing on a page is one image to a screen reader (``role="img"``), and the table behind it
says what it shows. What a drawing says about each of its parts is therefore left out; what
many parts have in common is said once; coordinates keep a tenth of a pixel.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from xml.etree import ElementTree

INHERITED = (
    "fill", "stroke", "stroke-width", "font-family", "font-size", "font-weight", "text-anchor",
)  # fmt: skip
"""What a part takes over from the group that it is in (SVG 2, 6.1 and property tables)."""
_SILENT = re.compile(r"aria-|role$|class$|version$|pointer-events$|stroke-miterlimit$")
_PLACED = frozenset(
    {"d", "transform", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "width", "height"}
)
_NUMBER = re.compile(r"-?\d+\.\d+")
_SHIFT = re.compile(r"translate\((-?[\d.]+),(-?[\d.]+)\)$")
_SCALED = re.compile(r'transform="[^"]*(scale|matrix)')
_LINES = re.compile(r"(M[^A-Za-z]+L[^A-Za-z]+)+$")
DRAWINGS = 256


@lru_cache(DRAWINGS)
def lean(svg: str) -> str:
    """The same drawing in fewer characters.

    Parameters
    ----------
    svg : str
        An SVG element, as `hansa.show` draws it.

    Returns
    -------
    str
        An SVG element that looks the same on a page.
    """
    root = ElementTree.fromstring(re.sub(r' xmlns(:\w+)?="[^"]*"', "", svg))
    kept = {name: root.get(name) for name in ("role", "aria-label")}
    exact = _SCALED.search(svg) is not None
    _bare(root, exact)
    for name, value in kept.items():
        if value is not None:
            root.set(name, value)
    _flatten(root)
    for name in INHERITED:
        _raise(root, name)
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def _bare(part: ElementTree.Element, exact: bool) -> None:
    """Leave out what cannot be seen, and shorten numbers."""
    for child in list(part):
        unseen = child.get("class") in ("background", "foreground")
        if child.get("display") == "none" or (
            unseen and child.get("fill") is None and child.get("stroke") is None
        ):
            part.remove(child)
        else:
            _bare(child, exact)
    for name, value in list(part.attrib.items()):
        if _SILENT.match(name) or (name == "opacity" and value == "1"):
            del part.attrib[name]
        elif name in _PLACED and not exact:
            part.set(name, _NUMBER.sub(lambda m: f"{float(m[0]):.1f}".removesuffix(".0"), value))
    if part.get("transform") == "translate(0,0)":
        del part.attrib["transform"]
    _shifted(part)


def _shifted(part: ElementTree.Element) -> None:
    """A text or line says where it stands without a transformation."""
    found = _SHIFT.match(part.get("transform", ""))
    if found is None or part.tag not in ("text", "line"):
        return
    names = (("x",), ("y",)) if part.tag == "text" else (("x1", "x2"), ("y1", "y2"))
    for shift, axis in zip(found.groups(), names, strict=True):
        for name in axis:
            part.set(name, f"{float(part.get(name, '0')) + float(shift):.10g}")
    del part.attrib["transform"]


def _flatten(part: ElementTree.Element) -> None:
    """A group that says nothing gives way to its parts; lines alike become one path."""
    made: list[ElementTree.Element] = []
    for child in list(part):
        _flatten(child)
        if child.tag == "g" and not len(child):
            continue
        if child.tag == "g" and not child.attrib and child.find("title") is None:
            made += list(child)
        else:
            made.append(child)
    part[:] = _joined(made)
    if part.tag == "g" and len(part) == 1 and part[0].tag == "g":
        only = part[0]
        if "transform" not in part.attrib or "transform" not in only.attrib:
            part.attrib.update(only.attrib)
            part[:] = list(only)


def _joined(parts: list[ElementTree.Element]) -> list[ElementTree.Element]:
    """Lines that follow one another and are drawn alike, as one path."""
    made: list[ElementTree.Element] = []
    last: tuple[object, ...] = ()
    for part in parts:
        style = tuple(sorted((k, v) for k, v in part.attrib.items() if k not in _PLACED))
        plain = part.tag == "line" and not len(part) and "transform" not in part.attrib
        if not plain:
            last = ()
            made.append(part)
            continue
        x1, y1, x2, y2 = (part.get(name, "0") for name in ("x1", "y1", "x2", "y2"))
        drawn = f"M{x1} {y1}L{x2} {y2}"
        if last != ("line", style):
            made.append(ElementTree.Element("path", dict(style)))
            made[-1].set("d", "")
            last = ("line", style)
        made[-1].set("d", made[-1].get("d", "") + drawn)
    return made


def _raise(part: ElementTree.Element, name: str) -> None:
    """Say once in a group what most of its parts say, if every part says something."""
    for child in part:
        _raise(child, name)
    bound = [child for child in part if _heeds(child, name)]
    if part.tag not in ("g", "svg") or not bound or name in part.attrib:
        return
    said = [child.get(name) for child in bound]
    if None in said:
        if part.tag != "svg" or name != "text-anchor":
            return
        for child in bound:
            child.set(name, child.get(name, "start"))  # as it is where nobody says anything
        said = [child.get(name) for child in bound]
    value, _ = Counter(said).most_common(1)[0]
    part.set(name, str(value))
    for child in bound:
        if child.get(name) == value:
            del child.attrib[name]


def _heeds(part: ElementTree.Element, name: str) -> bool:
    """Whether a part would look different if its group said something else."""
    if part.tag == "title":
        return False
    if name.startswith(("font", "text")):
        return part.tag in ("g", "text")
    return name != "fill" or part.tag != "path" or not _LINES.match(part.get("d", ""))
