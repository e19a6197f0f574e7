"""What the vectors are made from: one module per scheme, each a list of inputs with a comment and flags.

The answers are computed, never typed in, except where a document or a capture prints them: then the computed one must agree.
"""
