"""Ready study files. `lrstudy run NAME` finds them from any folder."""
