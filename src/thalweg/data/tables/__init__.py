"""Tables: CSV and Parquet files and frames in memory become numbers, and say what was made of them."""

from thalweg.data.tables.load import CSV as CSV
from thalweg.data.tables.load import PARQUET as PARQUET
from thalweg.data.tables.load import is_frame as is_frame
from thalweg.data.tables.load import is_table as is_table
from thalweg.data.tables.load import load_frame as load_frame
from thalweg.data.tables.load import load_table as load_table
