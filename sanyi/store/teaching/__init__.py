"""Teaching cases that a centre makes of its reports, without anybody's identity, for the members of its consortia."""
