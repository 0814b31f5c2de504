"""That incident, page, ticket and room never disagree for long without somebody being told."""
