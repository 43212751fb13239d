"""Names as editorial wants them."""
