"""Close: from stored inputs to a published run with its manifest, artifacts and decision."""
