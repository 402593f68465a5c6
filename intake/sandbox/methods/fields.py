"""getListInputs and getInput, of clients and deals."""
