"""The data model of REST APIs: plain data that the operations change and the data plane reads."""
