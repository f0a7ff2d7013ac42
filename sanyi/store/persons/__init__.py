"""The person index: one row a person, found by name, pinyin, identity or phone; two rows of one person are merged, and parted again."""
