"""One small drawing per kind of product; `lifecycle.demo.pictures` chooses and frames them."""
