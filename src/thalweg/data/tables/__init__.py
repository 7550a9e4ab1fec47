"""Tables: CSV and Parquet files and frames in memory become numbers, and say what was made of them."""

from thalweg.data.tables.load import (
    CSV as CSV,
    PARQUET as PARQUET,
    is_frame as is_frame,
    is_table as is_table,
    is_table_folder as is_table_folder,
    load_frame as load_frame,
    load_frames as load_frames,
    load_table as load_table,
)
from thalweg.data.tables.stored import (
    load_stored_table as load_stored_table,
    stays_in_files as stays_in_files,
)
