"""What the overview says, assembled from grids and rules without a request, a clock or a database."""
