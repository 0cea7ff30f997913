"""The model solutions: each is the student's file with its holes filled."""
