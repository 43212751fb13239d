"""What the server works out instead of keeping it, by the names of the rules in the model.

Scalars that the database computes are in `expressions`, relations in `relations`, values made in
Python in `values`.
"""
