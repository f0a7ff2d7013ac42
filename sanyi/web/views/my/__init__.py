"""A resident's own pages, made for a phone: each part is one file here, found by its `MyPart` (`web/my_parts.py`); there is no list to edit."""
