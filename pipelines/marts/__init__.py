"""What the published warehouse says: every question put to the marts, each answered with values and none printed."""
