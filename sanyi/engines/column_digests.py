"""The digest of each column of a written table, so that who reads some of its columns is not concerned by the others."""
import hashlib
from pathlib import Path

import pyarrow.parquet as parquet


def column_digests(path: Path) -> dict[str, str]:
    """The digest of each column of a Parquet file: of its type and the bytes it is stored in.

    The bytes of a column hang on its cells and their order alone, so equal digests are equal cells in equal order. (Equal cells
    cut into other row groups may differ: then a step is run that need not be.)
    """
    footer = parquet.read_metadata(path)
    digests = {column.name: hashlib.sha256(column.physical_type.encode()) for column in (footer.schema.column(place) for place in range(footer.num_columns))}
    with path.open("rb") as stream:
        for group in range(footer.num_row_groups):
            for place in range(footer.num_columns):
                chunk = footer.row_group(group).column(place)
                stream.seek(chunk.dictionary_page_offset if chunk.has_dictionary_page else chunk.data_page_offset)
                digests[chunk.path_in_schema].update(stream.read(chunk.total_compressed_size))
    return {name: digest.hexdigest() for name, digest in digests.items()}
