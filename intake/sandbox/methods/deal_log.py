"""deal/log/list, deal/log/create, deal/createComment."""
