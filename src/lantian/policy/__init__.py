"""Policy packs (政策包): schema, reader, rules by date."""
