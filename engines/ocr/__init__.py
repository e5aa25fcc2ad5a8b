"""Reading handwriting and print: the engines, and the parts they share."""
