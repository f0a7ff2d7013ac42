"""The words everything else is said in: fen, rates, sources, worked examples, steps and the registry."""
