"""A person's day, the leader's board of tasks, rules and care visits."""
