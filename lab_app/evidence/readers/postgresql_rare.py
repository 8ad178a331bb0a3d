"""What few PostgreSQL databases hold, asked only where there is some: one list for each kind.

``THINGS`` have a name of their own: kind, schema, name, definition, comment. ``HANGING`` belong to a table: its OID,
kind, name, definition. ``OPTIONS`` say something of a whole table: its OID, name, value.
Members of an extension are not told one by one: the extension is.
"""

# Nothing from outside is in these texts.
# ruff: noqa: S608

from lab_app.evidence.readers.postgresql_catalogue import HEAP, MADE


def _own(catalogue: str, oid: str) -> str:
    """Return the condition for what somebody made, and neither an extension nor the engine for something else."""
    return (
        f"{oid} >= {MADE} AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = '{catalogue}'::regclass "
        f"AND objid = {oid} AND deptype IN ('e', 'i'))"
    )


def _in_schema(catalogue: str, alias: str, schema: str) -> str:
    return (
        f"FROM {catalogue} {alias} JOIN pg_namespace n ON n.oid = {alias}.{schema} "
        f"WHERE n.nspname !~ '^pg_' AND {_own(catalogue, alias + '.oid')}"
    )


def _note(catalogue: str, oid: str) -> str:
    """Return the comment on something that hangs on a table, as a part of its definition."""
    return f"coalesce(' COMMENT ' || quote_literal(obj_description({oid}, '{catalogue}')), '')"


def _enabled(column: str) -> str:
    return (
        f"CASE {column} WHEN 'D' THEN ' DISABLED' WHEN 'R' THEN ' ENABLE REPLICA' "
        "WHEN 'A' THEN ' ENABLE ALWAYS' ELSE '' END"
    )


def _identified(catalogue: str) -> str:
    """Return the question for things of which no more than their presence is told."""
    return (
        f"SELECT i.type, NULL, i.identity, NULL, obj_description(o.oid, '{catalogue}') FROM {catalogue} o, "
        f"pg_identify_object('{catalogue}'::regclass, o.oid, 0) i WHERE {_own(catalogue, 'o.oid')}"
    )


_FUNCTION = "quote_ident(n.nspname) || '.' || quote_ident(p.proname)"
_TABLE = (
    "(SELECT quote_ident(nspname) || '.' || quote_ident(relname) FROM pg_class c "
    "JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = {oid})"
)

THINGS = {
    "extensions": f"""
SELECT 'extension', NULL, e.extname, 'VERSION ' || e.extversion || ' SCHEMA ' || e.extnamespace::regnamespace, NULL
FROM pg_extension e WHERE e.oid >= {MADE}""",
    "schemas": f"""
SELECT 'schema', NULL, n.nspname, NULL, obj_description(n.oid, 'pg_namespace')
FROM pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname <> current_schema() AND {_own("pg_namespace", "n.oid")}""",
    "types": f"""
SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, n.nspname, t.typname,
    CASE t.typtype
    WHEN 'd' THEN concat_ws(' ', format_type(t.typbasetype, t.typtypmod),
        (SELECT 'COLLATE ' || t.typcollation::regcollation FROM pg_type b
         WHERE b.oid = t.typbasetype AND b.typcollation <> t.typcollation),
        'DEFAULT ' || t.typdefault, CASE WHEN t.typnotnull THEN 'NOT NULL' END,
        (SELECT string_agg(pg_get_constraintdef(k.oid) || {_note("pg_constraint", "k.oid")}, ' '
            ORDER BY pg_get_constraintdef(k.oid))
         FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'))
    WHEN 'c' THEN 'AS (' || coalesce((
        SELECT string_agg(concat_ws(' ', quote_ident(attname), format_type(atttypid, atttypmod),
            (SELECT 'COLLATE ' || attcollation::regcollation FROM pg_type b
             WHERE b.oid = atttypid AND b.typcollation <> attcollation),
            'COMMENT ' || quote_literal(col_description(attrelid, attnum))), ', ' ORDER BY attnum)
        FROM pg_attribute WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped), '') || ')'
    WHEN 'r' THEN (
        SELECT concat_ws(' ', 'AS RANGE', rngsubtype::regtype, (SELECT opcname FROM pg_opclass WHERE oid = rngsubopc),
            'COLLATE ' || nullif(rngcollation, 0)::regcollation, 'CANONICAL ' || nullif(rngcanonical, 0)::regproc,
            'SUBTYPE_DIFF ' || nullif(rngsubdiff, 0)::regproc)
        FROM pg_range WHERE rngtypid = t.oid)
    WHEN 'p' THEN NULL
    ELSE 'INPUT ' || t.typinput::regproc END,
    obj_description(t.oid, 'pg_type')
{_in_schema("pg_type", "t", "typnamespace")} AND (
    t.typtype IN ('d', 'r', 'p') OR (t.typtype = 'b' AND t.typelem = 0)
    OR (t.typtype = 'c' AND (SELECT relkind FROM pg_class WHERE oid = t.typrelid) = 'c'))""",
    "functions": f"""
SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, n.nspname,
    p.proname || '(' || oidvectortypes(p.proargtypes) || ')',
    CASE p.prokind WHEN 'a' THEN (
        SELECT concat_ws(' ', 'SFUNC', aggtransfn::regproc, 'STYPE', format_type(aggtranstype, NULL),
            'FINALFUNC ' || nullif(aggfinalfn, 0)::regproc, 'COMBINEFUNC ' || nullif(aggcombinefn, 0)::regproc,
            'INITCOND ' || quote_literal(agginitval), 'SORTOP ' || nullif(aggsortop, 0)::regoperator,
            'MSFUNC ' || nullif(aggmtransfn, 0)::regproc, 'PARALLEL ' || p.proparallel::text)
        FROM pg_aggregate WHERE aggfnoid = p.oid)
    ELSE (SELECT substr(f.text, strpos(f.text, {_FUNCTION}) + length({_FUNCTION}))
          FROM (SELECT pg_get_functiondef(p.oid) AS text) f) END,
    obj_description(p.oid, 'pg_proc')
{_in_schema("pg_proc", "p", "pronamespace")}""",
    "servers": f"""
SELECT 'server', NULL, s.srvname,
    concat_ws(' ', s.srvtype, s.srvversion, (SELECT fdwname FROM pg_foreign_data_wrapper WHERE oid = s.srvfdw),
        'OPTIONS ' || s.srvoptions::text),
    obj_description(s.oid, 'pg_foreign_server')
FROM pg_foreign_server s WHERE {_own("pg_foreign_server", "s.oid")}""",
    "event_triggers": f"""
SELECT 'event trigger', NULL, e.evtname,
    concat_ws(' ', 'ON', e.evtevent, 'WHEN TAG IN ' || e.evttags::text, 'EXECUTE FUNCTION', e.evtfoid::regproc)
        || {_enabled("e.evtenabled")},
    obj_description(e.oid, 'pg_event_trigger')
FROM pg_event_trigger e WHERE {_own("pg_event_trigger", "e.oid")}""",
    "publications": """
SELECT 'publication', NULL, p.pubname,
    concat_ws(' ', CASE WHEN p.puballtables THEN 'FOR ALL TABLES' END,
        (SELECT 'FOR TABLE ' || string_agg(concat_ws(' ', r.prrelid::regclass,
            (SELECT '(' || string_agg(quote_ident(attname), ', ' ORDER BY attname) || ')' FROM pg_attribute
             WHERE attrelid = r.prrelid AND attnum = ANY (r.prattrs)),
            'WHERE ' || pg_get_expr(r.prqual, r.prrelid)), ', ' ORDER BY r.prrelid::regclass::text)
         FROM pg_publication_rel r WHERE r.prpubid = p.oid),
        (SELECT 'FOR TABLES IN SCHEMA '
            || string_agg(pnnspid::regnamespace::text, ', ' ORDER BY pnnspid::regnamespace::text)
         FROM pg_publication_namespace WHERE pnpubid = p.oid),
        CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
        CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END,
        CASE WHEN p.pubviaroot THEN 'via root' END),
    obj_description(p.oid, 'pg_publication')
FROM pg_publication p""",
    "operators": f"""
SELECT 'operator', n.nspname,
    o.oprname || ' (' || concat_ws(', ', nullif(o.oprleft, 0)::regtype, o.oprright::regtype) || ')',
    concat_ws(' ', 'FUNCTION', o.oprcode::regproc, 'COMMUTATOR ' || nullif(o.oprcom, 0)::regoperator,
        'NEGATOR ' || nullif(o.oprnegate, 0)::regoperator, 'RESTRICT ' || nullif(o.oprrest, 0)::regproc,
        'JOIN ' || nullif(o.oprjoin, 0)::regproc, CASE WHEN o.oprcanhash THEN 'HASHES' END,
        CASE WHEN o.oprcanmerge THEN 'MERGES' END),
    obj_description(o.oid, 'pg_operator')
{_in_schema("pg_operator", "o", "oprnamespace")}""",
    "casts": f"""
SELECT 'cast', NULL, format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL),
    concat_ws(' ', CASE c.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure
                    WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END,
        CASE c.castcontext WHEN 'a' THEN 'AS ASSIGNMENT' WHEN 'i' THEN 'AS IMPLICIT' END),
    obj_description(c.oid, 'pg_cast')
FROM pg_cast c WHERE {_own("pg_cast", "c.oid")}""",
    "collations": f"""
SELECT 'collation', n.nspname, c.collname,
    concat_ws(' ', 'PROVIDER', c.collprovider, c.collcollate, c.collctype, to_jsonb(c) ->> 'colliculocale',
        to_jsonb(c) ->> 'colllocale', 'RULES ' || (to_jsonb(c) ->> 'collicurules'),
        CASE WHEN NOT c.collisdeterministic THEN 'NOT DETERMINISTIC' END),
    obj_description(c.oid, 'pg_collation')
{_in_schema("pg_collation", "c", "collnamespace")}""",
    "dictionaries": f"""
SELECT 'text search dictionary', n.nspname, d.dictname,
    concat_ws(' ', 'TEMPLATE', (SELECT tmplname FROM pg_ts_template WHERE oid = d.dicttemplate), d.dictinitoption),
    obj_description(d.oid, 'pg_ts_dict')
{_in_schema("pg_ts_dict", "d", "dictnamespace")}""",
    "configurations": f"""
SELECT 'text search configuration', n.nspname, c.cfgname,
    concat_ws(' ', 'PARSER', (SELECT prsname FROM pg_ts_parser WHERE oid = c.cfgparser),
        (SELECT string_agg(k.alias || ' ' || m.mapdict::regdictionary, ', ' ORDER BY k.alias, m.mapseqno)
         FROM pg_ts_config_map m JOIN ts_token_type(c.cfgparser) k ON k.tokid = m.maptokentype WHERE m.mapcfg = c.oid)),
    obj_description(c.oid, 'pg_ts_config')
{_in_schema("pg_ts_config", "c", "cfgnamespace")}""",
    "families": f"{_identified('pg_opfamily')} UNION ALL {_identified('pg_opclass')}",
    "wrappers": _identified("pg_foreign_data_wrapper"),
    "languages": _identified("pg_language"),
    "conversions": _identified("pg_conversion"),
    "transforms": _identified("pg_transform"),
}

HANGING = {
    "triggers": f"""
SELECT t.tgrelid::int8, 'trigger', t.tgname,
    replace(replace(substr(pg_get_triggerdef(t.oid), 8), 'TRIGGER ' || quote_ident(t.tgname) || ' ', ''),
            ' ON ' || {_TABLE.format(oid="t.tgrelid")}, '')
    || {_enabled("t.tgenabled")} || {_note("pg_trigger", "t.oid")}
FROM pg_trigger t WHERE NOT t.tgisinternal AND t.tgparentid = 0
UNION
SELECT t.tgrelid::int8, 'foreign keys', NULL, ltrim({_enabled("t.tgenabled")})
FROM pg_trigger t WHERE t.oid >= {MADE} AND t.tgisinternal AND t.tgparentid = 0 AND t.tgenabled <> 'O'""",
    "rules": f"""
SELECT r.ev_class::int8, 'rule', r.rulename,
    replace(substr(pg_get_ruledef(r.oid), length('CREATE RULE  AS' || quote_ident(r.rulename)) + 1),
            ' TO ' || {_TABLE.format(oid="r.ev_class")}, '')
    || {_enabled("r.ev_enabled")} || {_note("pg_rewrite", "r.oid")}
FROM pg_rewrite r WHERE r.oid >= {MADE} AND r.rulename <> '_RETURN'""",
    "policies": f"""
SELECT p.polrelid::int8, 'policy', p.polname,
    concat_ws(' ', CASE WHEN NOT p.polpermissive THEN 'RESTRICTIVE' END,
        CASE p.polcmd WHEN 'r' THEN 'FOR SELECT' WHEN 'a' THEN 'FOR INSERT' WHEN 'w' THEN 'FOR UPDATE'
            WHEN 'd' THEN 'FOR DELETE' END,
        (SELECT 'TO ' || string_agg(rolname, ', ' ORDER BY rolname) FROM pg_roles WHERE oid = ANY (p.polroles)),
        'USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
        'WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') || {_note("pg_policy", "p.oid")}
FROM pg_policy p""",
    "statistics": f"""
SELECT s.stxrelid::int8, 'statistics', s.stxname,
    regexp_replace(substr(pg_get_statisticsobjdef(s.oid), strpos(pg_get_statisticsobjdef(s.oid), quote_ident(s.stxname))
        + length(quote_ident(s.stxname)) + 1), ' FROM [^ ]+$', '')
    || coalesce(' STATISTICS ' || nullif(s.stxstattarget, -1), '') || {_note("pg_statistic_ext", "s.oid")}
FROM pg_statistic_ext s""",
}

OPTIONS = {
    "inheritance": """
SELECT i.inhrelid::int8, 'inherits', string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno)
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relkind IN ('r', 'f') AND NOT c.relispartition
GROUP BY i.inhrelid
UNION ALL
SELECT i.inhrelid::int8, 'partition of', concat_ws(' ', i.inhparent::regclass, pg_get_expr(c.relpartbound, c.oid),
    CASE WHEN i.inhdetachpending THEN 'DETACH PENDING' END)
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relkind IN ('r', 'p', 'f') AND c.relispartition""",
    "partitions": """
SELECT p.partrelid::int8, 'partition by', pg_get_partkeydef(p.partrelid) FROM pg_partitioned_table p""",
    "storage": f"""
SELECT c.oid::int8, 'access method', m.amname FROM pg_class c JOIN pg_am m ON m.oid = c.relam
WHERE c.relkind IN ('r', 'p', 'm') AND c.relam <> {HEAP}
UNION ALL
SELECT c.oid::int8, 'tablespace', s.spcname FROM pg_class c JOIN pg_tablespace s ON s.oid = c.reltablespace
WHERE c.relkind IN ('r', 'p', 'm')""",
    "servers": """
SELECT f.ftrelid::int8, 'server', concat_ws(' ', (SELECT srvname FROM pg_foreign_server WHERE oid = f.ftserver),
    'OPTIONS ' || f.ftoptions::text)
FROM pg_foreign_table f""",
}

#: A view's statement: its OID, and the text.
VIEWS = f"SELECT oid::int8, pg_get_viewdef(oid, true) FROM pg_class WHERE oid >= {MADE} AND relkind IN ('v', 'm')"
#: What belongs to an extension: the catalogue and the OID.
MEMBERS = f"SELECT classid::regclass::text, objid::int8 FROM pg_depend WHERE deptype = 'e' AND objid >= {MADE}"
