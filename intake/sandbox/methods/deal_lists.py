"""deal/list and the search by fields."""
