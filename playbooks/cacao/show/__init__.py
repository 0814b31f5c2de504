"""A playbook for people: text, Markdown, a Mermaid graph, a picture; with marks for how far a run has come."""

from playbooks.cacao.show.markdown import as_markdown
from playbooks.cacao.show.mermaid import as_mermaid
from playbooks.cacao.show.outline import Entry, outline
from playbooks.cacao.show.picture import as_svg
from playbooks.cacao.show.text import as_text

__all__ = ["Entry", "as_markdown", "as_mermaid", "as_svg", "as_text", "outline"]
