"""A text as a square of dots, drawn into the page itself: nothing is fetched for it."""
import io

from django.utils.safestring import SafeString, mark_safe
import segno


def square_of(text: str) -> SafeString:
    """The square of a text (an address, a card's code), as a drawing; about a quarter of it may be unreadable."""
    stream = io.BytesIO()
    segno.make(text, error="q", micro=False, boost_error=False).save(stream, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4, svgclass=None, lineclass=None)
    return mark_safe(stream.getvalue().decode("utf-8"))  # drawn here from dots: nothing of the text stands in it
