INSERT INTO course (id, title) VALUES (1, 'Algebra');
INSERT INTO course (id, title) VALUES (2, 'Œuvres complètes');
INSERT INTO enrolment (id, student, course_id) VALUES (1, 'Ada', 1);
INSERT INTO enrolment (id, student, course_id) VALUES (2, 'Zoë', 1);
INSERT INTO enrolment (id, student, course_id) VALUES (3, ' o''Neil ', 2);
