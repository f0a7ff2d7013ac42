"""What the synthetic regions know: diseases, operations, price lists and comorbidity weights."""
