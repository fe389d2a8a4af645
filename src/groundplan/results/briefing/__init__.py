"""An outcome on paper: the same views as PDF, set by typst, and as a Word document."""
