"""From needs to products: candidates, a verdict per need, the next question, what gives way when nothing fits."""
