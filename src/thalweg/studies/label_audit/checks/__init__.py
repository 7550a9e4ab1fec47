"""How many labels are wrong by what people say of some: drawn, answered, counted, and corrected in a copy."""
