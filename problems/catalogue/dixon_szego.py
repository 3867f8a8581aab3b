"""Families of Dixon and Szegő's collection, sums over the rows of constant matrices."""
