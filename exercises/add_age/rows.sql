INSERT INTO student (id, name, email, course) VALUES (1, 'Ada', 'ada@example.org', 'Mathematics');
INSERT INTO student (id, name, email, course) VALUES (2, 'Zoë', '', NULL);
INSERT INTO student (id, name, email, course) VALUES (5, ' o''Neil ', 'O''NEIL@EXAMPLE.ORG', '100% SQL; DROP TABLE student');
