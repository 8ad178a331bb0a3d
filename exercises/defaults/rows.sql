INSERT INTO student (id, name) VALUES (1, 'Ada');
INSERT INTO student (id, name) VALUES (2, NULL);
INSERT INTO student (id, name) VALUES (5, ' o''Neil ');
