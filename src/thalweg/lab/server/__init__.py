"""The lab's server: local by default, and careful with whoever asks."""
