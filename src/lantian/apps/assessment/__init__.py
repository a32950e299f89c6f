"""Assessment (考核): rankings and bulletins, each figure with its snapshot."""
