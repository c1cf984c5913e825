"""Shapes of requests and answers by subject, for the OpenAPI description and its checks."""
