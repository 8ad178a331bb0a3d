"""The result document, which is the contract: its types, the verdict, files, merging, comparing, and what is kept."""
