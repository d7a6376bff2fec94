using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Checks;

/// <summary>
/// The schema as one fact per line, "kind name = what it is", so that two states of it can be compared and a difference be
/// named. Roles are called app and owner, for their names differ between installations; what belongs to extensions is left out.
/// </summary>
internal static class LiveSchema
{
    /// <summary>Every fact of the database that the work looks at, by kind and name.</summary>
    public static async Task<SortedDictionary<string, string>> Read(FundDb db, CancellationToken ct)
    {
        SortedDictionary<string, string> facts = new(StringComparer.Ordinal);
        string owner = await db.Database.SqlQuery<string>(
            $"""select pg_get_userbyid(relowner)::text as "Value" from pg_class where oid = 'schema_migration'::regclass""")
            .SingleAsync(ct);
        FormattableString[] questions = [Tables(owner), Columns, Constraints, Triggers, Functions(owner), Grants(owner)];
        foreach (FormattableString question in questions)
        {
            foreach (Row row in await db.Database.SqlQuery<Row>(question).ToListAsync(ct))
            {
                facts.Add($"{row.Kind} {row.Name}", row.Fact);
            }
        }

        return facts;
    }

    /// <summary>The facts that the migrations make, as embedded at build time from migrations/schema.txt.</summary>
    public static SortedDictionary<string, string> Expected()
    {
        using StreamReader file = new(typeof(LiveSchema).Assembly.GetManifestResourceStream("schema.txt")!);
        return Parse(file.ReadToEnd());
    }

    public static string Write(SortedDictionary<string, string> facts) =>
        string.Concat(facts.Select(fact => $"{fact.Key} = {fact.Value}\n"));

    public static SortedDictionary<string, string> Parse(string text) => new(
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(" = ", 2))
            .ToDictionary(pair => pair[0], pair => pair[1]),
        StringComparer.Ordinal);

    private static FormattableString Tables(string owner) => $"""
        select 'schema' as "Kind", nspname::text as "Name", 'there' as "Fact" from pg_namespace
         where nspname !~ '^pg_' and nspname <> 'information_schema'
        union all
        select case relkind when 'i' then 'index' when 'S' then 'sequence' else 'table' end, relname::text,
               case when relkind = 'i' then concat_ws(' ', regexp_replace(pg_get_indexdef(c.oid), '\s+', ' ', 'g'),
                                                      case when not i.indisvalid then 'INVALID' end)
                    else concat_ws(' ',
                           case relkind when 'r' then 'table' when 'S' then 'sequence' else 'kind ' || relkind::text end,
                           case relpersistence when 'p' then null else 'persistence ' || relpersistence::text end,
                           case when relrowsecurity or relforcerowsecurity then 'row security' end, 'of',
                           case pg_get_userbyid(relowner) when {owner} then 'owner' when current_user then 'app'
                                else pg_get_userbyid(relowner)::text end)
               end
          from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_index i on i.indexrelid = c.oid
         where n.nspname = 'public' and relkind not in ('c', 't')
           and not exists (select 1 from pg_depend d
                            where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
        """;

    private static readonly FormattableString Columns = $"""
        select 'column' as "Kind", c.relname || '.' || a.attname as "Name",
               concat_ws(' ', format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
                         case when co.collname <> 'default' then 'collate ' || co.collname end,
                         case a.attidentity when '' then null else 'identity ' || a.attidentity::text end,
                         case a.attgenerated when '' then null else 'generated' end,
                         'default ' || pg_get_expr(d.adbin, d.adrelid)) as "Fact"
          from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
          left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
          left join pg_collation co on co.oid = a.attcollation
         where n.nspname = 'public' and c.relkind in ('r', 'p', 'f') and a.attnum > 0 and not a.attisdropped
           and not exists (select 1 from pg_depend x
                            where x.classid = 'pg_class'::regclass and x.objid = c.oid and x.deptype = 'e')
        """;

    // NOT NULL is a column's fact; newer versions of PostgreSQL also keep it as a constraint.
    private static readonly FormattableString Constraints = $"""
        select 'constraint' as "Kind", c.relname || '.' || k.conname as "Name",
               regexp_replace(pg_get_constraintdef(k.oid), '\s+', ' ', 'g') as "Fact"
          from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and k.contype in ('c', 'f', 'p', 'u', 'x')
        union all
        select 'policy', c.relname || '.' || p.polname, p.polcmd::text
          from pg_policy p join pg_class c on c.oid = p.polrelid
        union all
        select 'rule', c.relname || '.' || r.rulename, r.ev_type::text
          from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and r.rulename <> '_RETURN'
        """;

    // A foreign key is kept by triggers of PostgreSQL's own; they have no lasting names, so only those switched off are facts.
    private static readonly FormattableString Triggers = $"""
        select 'trigger' as "Kind", c.relname || '.' || t.tgname as "Name",
               regexp_replace(pg_get_triggerdef(t.oid), '\s+', ' ', 'g') as "Fact"
          from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and not t.tgisinternal
        union all
        select 'firing', c.relname || '.' || t.tgname,
               case t.tgenabled when 'O' then 'on' when 'A' then 'always' when 'R' then 'replica' else 'off' end
          from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and not t.tgisinternal
        union all
        select distinct 'firing', c.relname || '.' || k.conname, 'off'
          from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
          join pg_constraint k on k.oid = t.tgconstraint
         where n.nspname = 'public' and t.tgisinternal and t.tgenabled <> 'O'
        union all
        select 'event-trigger', evtname::text, evtevent::text from pg_event_trigger
        """;

    private static FormattableString Functions(string owner) => $"""
        select 'function' as "Kind", p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as "Name",
               concat_ws(' ', 'md5', md5(p.prosrc), l.lanname, 'returns', format_type(p.prorettype, null),
                         case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end,
                         case when p.prosecdef then 'security definer' end, array_to_string(p.proconfig, '; '), 'of',
                         case pg_get_userbyid(p.proowner) when {owner} then 'owner' when current_user then 'app'
                              else pg_get_userbyid(p.proowner)::text end) as "Fact"
          from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
         where n.nspname = 'public'
           and not exists (select 1 from pg_depend d
                            where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
        """;

    // Who may do what beside the owner: tables and sequences, single columns, functions, the schema itself.
    private static FormattableString Grants(string owner) => $"""
        with acl as (
          select c.relname::text as name, c.relowner as owner, x.* from pg_class c join pg_namespace n on n.oid = c.relnamespace
           cross join aclexplode(coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's'::"char" else 'r' end,
                                                               c.relowner))) x
           where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
             and not exists (select 1 from pg_depend d
                            where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
          union all
          select c.relname || '.' || a.attname, c.relowner, x.* from pg_attribute a join pg_class c on c.oid = a.attrelid
            join pg_namespace n on n.oid = c.relnamespace cross join aclexplode(a.attacl) x
           where n.nspname = 'public' and not a.attisdropped
          union all
          select p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', p.proowner, x.* from pg_proc p
            join pg_namespace n on n.oid = p.pronamespace cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
           where n.nspname = 'public'
             and not exists (select 1 from pg_depend d
                            where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
          union all
          select 'schema public', n.nspowner, x.* from pg_namespace n cross join aclexplode(n.nspacl) x
           where n.nspname = 'public')
        select distinct 'grant' as "Kind",
               case when grantee = 0 then 'PUBLIC' when pg_get_userbyid(grantee) = {owner} then 'owner'
                    when pg_get_userbyid(grantee) = current_user then 'app' else pg_get_userbyid(grantee)::text end
               || ' ' || privilege_type || ' ' || name as "Name",
               case when bool_or(is_grantable) then 'with grant option' else 'granted' end as "Fact"
          from acl where grantee <> owner group by grantee, privilege_type, name
        """;

    private sealed record Row(string Kind, string Name, string Fact);
}
