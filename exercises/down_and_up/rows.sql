INSERT INTO student (id, name, email, age) VALUES (1, 'Ada', 'ada@example.org', 36);
INSERT INTO student (id, name, email, age) VALUES (2, 'Zoë', NULL, NULL);
INSERT INTO student (id, name, email, age) VALUES (5, ' o''Neil ', 'O''NEIL@EXAMPLE.ORG', 0);
