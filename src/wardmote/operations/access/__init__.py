"""Who may do what, where and for what purpose; and who looked."""
