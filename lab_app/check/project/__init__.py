"""Finding a project: its interpreter, its application, its migrations, each told by the person or looked for."""
