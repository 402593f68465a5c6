"""What changes a deal besides its stage."""
