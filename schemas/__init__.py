"""The declarations: tables, vocabularies and lexicons, all kept as data files beside their loaders."""
