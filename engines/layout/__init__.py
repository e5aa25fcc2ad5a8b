"""Finding the lines of a page: the engines, and the parts they share."""
