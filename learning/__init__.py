"""What people and jobs make of the outcomes that the service keeps: experiments and their sequential tests."""
