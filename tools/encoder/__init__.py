"""From the encoders that `tools.teacher` has fine-tuned to the artifact that people use."""
