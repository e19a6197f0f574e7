"""A plain client of NeuronCloud."""
