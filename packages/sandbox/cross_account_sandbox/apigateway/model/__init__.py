"""What API Gateway knows of REST APIs: plain data, changed by the operations and read by the data plane."""
