INSERT INTO student (id, name, age) VALUES (1, 'Ada', 36);
INSERT INTO student (id, name, age) VALUES (2, 'Zoë', NULL);
INSERT INTO student (id, name, age) VALUES (5, ' o''Neil ', 0);
