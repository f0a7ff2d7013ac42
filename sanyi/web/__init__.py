"""The pages: what a run found, read-only, for those who have signed in."""
from sanyi.web.serve import serve

__all__ = ["serve"]
