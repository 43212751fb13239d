"""For tests of plugins and pipelines: conformance suites of the ports, and in-memory stand-ins."""
