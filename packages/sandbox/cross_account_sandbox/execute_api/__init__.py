"""The data plane: requests to deployed APIs, decided hop by hop as AWS does."""
