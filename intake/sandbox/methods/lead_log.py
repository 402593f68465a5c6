"""lead/log/list, lead/log/create."""
