"""The typed JSON interface: its verbs are the workflows' own steps, so that no kind of work has a line of code here."""
