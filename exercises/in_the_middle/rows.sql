INSERT INTO student (id, name, email) VALUES (1, 'Ada', 'ada@example.org');
INSERT INTO student (id, name, email) VALUES (2, 'Zoë', '');
INSERT INTO student (id, name, email) VALUES (3, NULL, NULL);
INSERT INTO student (id, name, email) VALUES (5, ' o''Neil ', '');
