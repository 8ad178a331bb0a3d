INSERT INTO student (id, name, email) VALUES (1, 'Ada Lovelace', 'ada@example.org');
INSERT INTO student (id, name, email) VALUES (2, 'Zoë d''Été ', NULL);
INSERT INTO student (id, name, email) VALUES (5, '', 'nobody@example.org');
