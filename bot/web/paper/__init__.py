"""An incident on paper: what one hands to somebody who decides and reads no screens."""
