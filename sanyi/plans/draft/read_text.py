"""Read plain text: UTF-8 (with or without its mark), UTF-16 with its mark, GB 18030."""

import codecs
import re

from sanyi.plans.draft.document import Document
from sanyi.plans.draft.errors import UnreadableDocument
from sanyi.plans.draft.assembling import LONGEST, document_of_lines, refuse_long
from sanyi.plans.draft.lines import lines_of, without_marks

_COMMON = set(  # the commonest characters of Chinese, nearly half of any real text
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都"
    "两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想"
    "已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造"
    "百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集"
    "温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存"
    "候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严"
)


def decoded(name: str, content: bytes) -> str:
    """Decode text; a text that only looks decodable but reads like no Chinese is refused.

    Errors: UnreadableDocument.
    """
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if content.startswith(mark):
            return without_marks(_tried(content, encoding) or _refuse(name))
    text = _tried(content, "utf-8")
    if text is None:
        text = _tried(content, "gb18030")
        if text is None or not _reads_like_chinese(text):
            _refuse(name)
    return without_marks(text)


def _tried(content, encoding):
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text


def _reads_like_chinese(text: str) -> bool:
    """Wrongly decoded text is full of rare characters; in real text a third or more are common ones."""
    characters = re.findall(r"[\u4e00-\u9fff\ue000-\uf8ff]", text)
    return not characters or sum(character in _COMMON for character in characters) * 4 >= len(characters)


def _refuse(name):
    raise UnreadableDocument(
        f"{name}：不是 UTF-8 或 GB18030 编码的文本；请用记事本另存为 UTF-8 再试",
        f"{name}: the text is neither UTF-8 nor GB 18030; save it as UTF-8 and try again",
    )


def read_text(name: str, content: bytes) -> Document:
    """Read a text file."""
    text = decoded(name, content)
    if len(text) > LONGEST:
        refuse_long(name, len(text))
    return document_of_lines(name, text, lines_of(text))
