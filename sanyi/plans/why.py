"""Say in plain Chinese or English what a value is and which clause it rests on."""
from sanyi.plans.code_words import worded
from sanyi.plans.units import value_words

CONFIDENCE_WORDS = {
    "SEED": ("计划原文", "stated in the plan text"),
    "K": ("依据国家文件，原文未核对", "known from a national document, its text not verified"),
    "LOC": ("一地做法", "the practice of one locality"),
    "DEF": ("本系统默认值，可改", "our default, to be set by the region"),
}


def why(entry, language: str = "zh") -> str:
    """Print a value's entry as one sentence: wording, value, dates, sources, standing. `language` is zh or en."""
    is_zh = language == "zh"
    value = entry_words(entry, language)
    parts = [f"{entry.zh if is_zh else entry.en}{'：' if is_zh else ': '}{value}", *_dates(entry, is_zh),
             *_was(entry, is_zh), *_sources(entry, is_zh), *_standing(entry, is_zh)]
    note = entry.note_zh if is_zh else entry.note_en
    return ("；" if is_zh else "; ").join([*parts, note] if note else parts) + ("。" if is_zh else ".")


def entry_words(entry, language: str, value=None) -> str:
    """Print the value of an entry (or another value of its kind) with its unit, codes as its pack calls them."""
    value = entry.value if value is None else value
    return value_words(worded(value, entry.words, language), entry.unit, language)


def _dates(entry, is_zh) -> list:
    if entry.was is not None:
        return []
    since = f"自 {entry.since} 起" if is_zh else f"from {entry.since}"
    if entry.until is None:
        return [since]
    return [f"{since}至 {entry.until}" if is_zh else f"{since} to {entry.until}"]


def _was(entry, is_zh) -> list:
    if entry.was is None:
        return []
    was = entry_words(entry, "zh" if is_zh else "en", entry.was)
    return [f"假设方案，原为 {was}" if is_zh else f"a what-if, was {was}"]


def _sources(entry, is_zh) -> list:
    cited = [f"{source.document} {source.clause}（{source.obligation}）" if is_zh
             else f"{source.document} {source.clause} ({source.obligation})" for source in entry.sources]
    return [("依据 " if is_zh else "by ") + ("、" if is_zh else ", ").join(cited)]


def _standing(entry, is_zh) -> list:
    tags = entry.source.confidence.split()
    words = [CONFIDENCE_WORDS.get(tag, ("公开资料", "a public text"))[0 if is_zh else 1] for tag in tags]
    if entry.demonstration:
        words.append("示范值" if is_zh else "a demonstration value")
    if entry.borrowed_by:
        words.append(f"由 {entry.borrowed_by} 借用" if is_zh else f"borrowed by {entry.borrowed_by}")
    return [("，" if is_zh else ", ").join(dict.fromkeys(words))] if words else []
