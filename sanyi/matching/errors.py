"""What is wrong with what somebody says of a person."""


class BadIdentity(ValueError):
    """An identity that cannot be right; `zh` and `en` say why."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(f"{zh} / {en}")
