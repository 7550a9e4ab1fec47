"""What several questions compute with weights: lines and planes, gradients, matched neurons."""
