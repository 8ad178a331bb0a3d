--
-- PostgreSQL database dump
--

\restrict 4EV1uYLJsJKdlgNHwHVLIyOeKVHcBNbrCYyqZi0H4H9lWSxdDJm6n0RcFZqdI8n

-- Dumped from database version 18.6 (Debian 18.6-3)
-- Dumped by pg_dump version 18.6 (Debian 18.6-3)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: one(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.one() RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN true THEN 1
             ELSE 2
         END AS "case";
END;


ALTER FUNCTION public.one() OWNER TO postgres;

--
-- Name: shout(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.shout() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN NEW.note := upper(NEW.note); RETURN NEW; END; $$;


ALTER FUNCTION public.shout() OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);


ALTER TABLE public.alembic_version OWNER TO postgres;

--
-- Name: student; Type: TABLE; Schema: public; Owner: registrar
--

CREATE TABLE public.student (
    id integer NOT NULL,
    name character varying(40) NOT NULL,
    note text,
    data bytea
);


ALTER TABLE public.student OWNER TO registrar;

--
-- Name: TABLE student; Type: COMMENT; Schema: public; Owner: registrar
--

COMMENT ON TABLE public.student IS 'it''s; one';


--
-- Name: names; Type: VIEW; Schema: public; Owner: postgres
--

CREATE VIEW public.names AS
 SELECT name
   FROM public.student;


ALTER VIEW public.names OWNER TO postgres;

--
-- Name: student_id_seq; Type: SEQUENCE; Schema: public; Owner: registrar
--

CREATE SEQUENCE public.student_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER SEQUENCE public.student_id_seq OWNER TO registrar;

--
-- Name: student_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: registrar
--

ALTER SEQUENCE public.student_id_seq OWNED BY public.student.id;


--
-- Name: student id; Type: DEFAULT; Schema: public; Owner: registrar
--

ALTER TABLE ONLY public.student ALTER COLUMN id SET DEFAULT nextval('public.student_id_seq'::regclass);


--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.alembic_version (version_num) FROM stdin;
0001
\.


--
-- Data for Name: student; Type: TABLE DATA; Schema: public; Owner: registrar
--

COPY public.student (id, name, note, data) FROM stdin;
1	Zoë; \\. 100 %	tab\there\nline \\ back	\\xdeadbeef
2	Ada	\N	\N
3	\\.		\\x
\.


--
-- Name: student_id_seq; Type: SEQUENCE SET; Schema: public; Owner: registrar
--

SELECT pg_catalog.setval('public.student_id_seq', 3, true);


--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);


--
-- Name: student student_pkey; Type: CONSTRAINT; Schema: public; Owner: registrar
--

ALTER TABLE ONLY public.student
    ADD CONSTRAINT student_pkey PRIMARY KEY (id);


--
-- Name: student loud; Type: TRIGGER; Schema: public; Owner: registrar
--

CREATE TRIGGER loud BEFORE UPDATE ON public.student FOR EACH ROW EXECUTE FUNCTION public.shout();


--
-- PostgreSQL database dump complete
--

\unrestrict 4EV1uYLJsJKdlgNHwHVLIyOeKVHcBNbrCYyqZi0H4H9lWSxdDJm6n0RcFZqdI8n

