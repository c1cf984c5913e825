"""Tasks of those who walk a beat: rules that make them, each person's day, care visits."""
