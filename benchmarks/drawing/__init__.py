"""What the two benchmarks of the lab's pad share: digits as strokes, and the page to draw them on."""
