"""The lab: real DNS servers, web servers and clients in network namespaces, and the truth about what they did."""
