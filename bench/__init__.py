"""The measurements: each figure beside a reference measured in the same run. Run by `./frontdesk bench`."""
