"""Every text that a person reads, by its code: one catalogue a language, in gettext's format."""

from playbooks.texts.catalogue import Texts, UnknownText, languages, load_texts

__all__ = ["Texts", "UnknownText", "languages", "load_texts"]
