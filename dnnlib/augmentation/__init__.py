"""Changed copies of pictures, for training: functions from arrays to arrays."""
