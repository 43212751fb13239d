"""Uploaded files: where their bytes are kept, and the requests that bring and fetch them."""
