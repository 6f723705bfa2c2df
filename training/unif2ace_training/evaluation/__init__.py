"""What a run can do, measured on held-out portraits and written down."""
