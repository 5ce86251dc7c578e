"""The colorizers. Pure: lightness in, chroma out; files, Lab, sizes and storage are handled once, outside.

Each has `fit`, `predict`, `save` and `load`, and passes tests/methods/test_contract.py.
"""
