"""What each study may be asked: one light module a study, so that a command line can answer at once.

Each has `Settings`, a frozen spec whose defaults suit a laptop, and `PRESETS`, other settings by name.
"""
