"""Reference tables of the normaliser; `README.md` tells where each comes from."""
