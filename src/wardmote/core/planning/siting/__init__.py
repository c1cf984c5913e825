"""Where posts should stand: one model, several objectives, every answer with its proof."""
