"""How the project speaks: every sentence for a person, in Chinese and in English."""

from typing import Literal, NamedTuple

Lang = Literal["en", "zh"]


class Text(NamedTuple):
    """One sentence in both languages; ``{name}`` marks what is filled in.

    Parameters
    ----------
    en, zh
        The sentence in English and in Chinese.
    """

    en: str
    zh: str

    def fill(self, **values: object) -> "Text":
        """Return the sentence with its gaps filled, in both languages."""
        return Text(self.en.format(**values), self.zh.format(**values))

    def say(self, lang: Lang = "en", **values: object) -> str:
        """Return the sentence in one language, its gaps filled when values are given."""
        text = self.zh if lang == "zh" else self.en
        return text.format(**values) if values else text
