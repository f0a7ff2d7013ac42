"""What was found besides the words of a report: images, curves and documents, and measured values. Who may read a report may read them."""
