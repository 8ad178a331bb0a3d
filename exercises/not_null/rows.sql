INSERT INTO student (id, name, email) VALUES (1, 'Ada', 'ada@example.org');
INSERT INTO student (id, name, email) VALUES (2, 'Zoë', NULL);
INSERT INTO student (id, name, email) VALUES (5, ' o''Neil ', 'O''NEIL@EXAMPLE.ORG');
