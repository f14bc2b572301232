"""The schema of a database as text, so that two of them can be compared line by line."""

import asyncpg

OURS = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"

PARTS = {
    "table": f"""
        select format('%I.%I kind=%s rls=%s forced=%s owner=%s options=%s %s %s', n.nspname, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity,
            pg_get_userbyid(c.relowner) = current_user, coalesce(array_to_string(c.reloptions, ','), ''),
            coalesce(pg_get_partkeydef(c.oid), ''), coalesce(pg_get_expr(c.relpartbound, c.oid), ''))
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and {OURS}""",
    "column": f"""
        select format('%I.%I.%I %s%s default %s generated=%s identity=%s collation=%s', n.nspname, c.relname, a.attname,
            format_type(a.atttypid, a.atttypmod), case when a.attnotnull then ' not null' else '' end,
            coalesce(pg_get_expr(d.adbin, d.adrelid), '-'), a.attgenerated, a.attidentity, a.attcollation::regcollation)
        from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f') and {OURS}""",
    "constraint": f"""
        select format('%I.%I %I %s', n.nspname, c.relname, x.conname, pg_get_constraintdef(x.oid))
        from pg_constraint x join pg_class c on c.oid = x.conrelid join pg_namespace n on n.oid = c.relnamespace where {OURS}""",
    "index": f"""
        select pg_get_indexdef(i.indexrelid) from pg_index i
        join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace where c.relkind <> 't' and {OURS}""",
    "policy": f"""
        select format('%I.%I %I permissive=%s cmd=%s roles=%s using %s check %s', n.nspname, c.relname, p.polname, p.polpermissive, p.polcmd,
            (select string_agg(case when r = 0 then 'public' else pg_get_userbyid(r) end, ',' order by 1) from unnest(p.polroles) r),
            coalesce(pg_get_expr(p.polqual, p.polrelid), '-'), coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '-'))
        from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace where {OURS}""",
    "trigger": f"""
        select format('%s enabled=%s', pg_get_triggerdef(t.oid), t.tgenabled) from pg_trigger t
        join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace where not t.tgisinternal and {OURS}""",
    "function": f"""
        select pg_get_functiondef(p.oid) from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.prokind in ('f', 'p') and {OURS}""",
    "view": f"""
        select format('%I.%I %s', n.nspname, c.relname, pg_get_viewdef(c.oid))
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('v', 'm') and {OURS}""",
    "type": f"""
        select format('%I.%I %s', n.nspname, t.typname, coalesce((select string_agg(e.enumlabel, ',' order by e.enumsortorder)
            from pg_enum e where e.enumtypid = t.oid), format_type(t.typbasetype, t.typtypmod)))
        from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typtype in ('e', 'd') and {OURS}""",
    "grant": f"""
        select format('%I.%I %s to %s', n.nspname, c.relname, a.privilege_type, case when a.grantee = 0 then 'public' else pg_get_userbyid(a.grantee) end)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace cross join lateral aclexplode(c.relacl) a
        where a.grantee <> c.relowner and {OURS}""",
    "column grant": f"""
        select format('%I.%I.%I %s to %s', n.nspname, c.relname, t.attname, a.privilege_type,
            case when a.grantee = 0 then 'public' else pg_get_userbyid(a.grantee) end)
        from pg_attribute t join pg_class c on c.oid = t.attrelid join pg_namespace n on n.oid = c.relnamespace
        cross join lateral aclexplode(t.attacl) a where {OURS}""",
    "function grant": f"""
        select format('%s %s to %s', p.oid::regprocedure, a.privilege_type, case when a.grantee = 0 then 'public' else pg_get_userbyid(a.grantee) end)
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        where a.grantee <> p.proowner and {OURS}""",
    "schema": f"""
        select format('%I %s', n.nspname, coalesce((select string_agg(format('%s to %s', a.privilege_type,
            case when a.grantee = 0 then 'public' else pg_get_userbyid(a.grantee) end), ', ' order by 1)
            from aclexplode(n.nspacl) a where a.grantee <> n.nspowner), ''))
        from pg_namespace n where {OURS}""",
}


async def describe_schema(connection: asyncpg.Connection) -> str:
    """Tables, columns, constraints, indexes, policies, triggers, functions, views, types and grants, one a line, sorted; no oids, no order of creation."""
    lines = []
    for part, statement in PARTS.items():
        rows = await connection.fetch(statement)
        lines += sorted(f"{part}: {' '.join(row[0].split())}" for row in rows)
    return "\n".join(lines)
