"""Indicators for other systems, and from them: STIX 2.1 bundles and MISP events. Pure; whoever calls does the rest."""
