"""A playbook as a picture: blocks within blocks, drawn as SVG for a page or a file."""

from playbooks.cacao.show.picture.layout import Picture, picture
from playbooks.cacao.show.picture.style import STYLE
from playbooks.cacao.show.picture.svg import as_svg, drawing

__all__ = ["STYLE", "Picture", "as_svg", "drawing", "picture"]
