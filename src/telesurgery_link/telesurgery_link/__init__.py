"""The WAN between the two sides: gateways, injected impairment, measurement."""
