"""The interface's languages: messages, days, numbers."""

from hansa.faces.web.words.catalogue import LANGUAGES, Words, chosen, words_in

__all__ = ["LANGUAGES", "Words", "chosen", "words_in"]
