using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Checks;

/// <summary>
/// The walls themselves: tables, constraints, triggers, functions and grants are those that the migrations made, and the two
/// roles have no power that walks around them. The owner or a superuser can change all this; here it is named.
/// </summary>
internal sealed class SchemaIsOurs : BookCheck
{
    private const int LongestFact = 120;

    // Told first: what does not stand now, before what merely looks otherwise.
    private static readonly string[] Gravest = ["firing", "trigger", "function", "grant", "rule", "policy", "table", "constraint"];

    public override string Key => "schema";

    protected override FormattableString Examined(int book) => $"""select 0::bigint as "Value" """;

    protected override IEnumerable<FormattableString> Finders(int book) =>
    [
        // A power that PostgreSQL gives to a role, not to a table.
        $"""
        select 'schema.role-power' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('role', rolname, 'power', concat_ws(', ', case when rolsuper then 'SUPERUSER' end,
                 case when rolbypassrls then 'BYPASSRLS' end, case when rolreplication then 'REPLICATION' end))::text as "Facts"
          from pg_roles
         where (rolname = current_user or oid = (select relowner from pg_class where oid = 'schema_migration'::regclass))
           and (rolsuper or rolbypassrls or rolreplication)
        union all
        select 'schema.role-member', null, null, jsonb_build_object('role', current_user, 'power', pg_get_userbyid(roleid))::text
          from pg_auth_members where pg_get_userbyid(member) = current_user
        union all
        select 'schema.role-setting', null, null, jsonb_build_object('power', setting)::text
          from pg_db_role_setting s cross join unnest(s.setconfig) setting
         where (s.setdatabase = 0 or s.setdatabase = (select oid from pg_database where datname = current_database()))
           and setting ~ '^(session_replication_role|search_path|role|row_security)='
           and (s.setrole = 0 or pg_get_userbyid(s.setrole) = current_user
                or s.setrole = (select relowner from pg_class where oid = 'schema_migration'::regclass))
        """,
    ];

    internal override async Task Run(Work work, Findings found, CancellationToken ct)
    {
        await base.Run(work, found, ct);
        SortedDictionary<string, string> ours = LiveSchema.Expected(), live = await LiveSchema.Read(work.Db, ct);
        found.Examined = ours.Count;
        foreach (string name in ours.Keys.Union(live.Keys).OrderBy(Gravity).ThenBy(name => name, StringComparer.Ordinal))
        {
            // A table that is one too many, or gone, is one fault and not one for each of its columns.
            string table = $"table {name.Split(' ', 2)[1].Split('.')[0]}";
            if (name == table || ours.ContainsKey(table) == live.ContainsKey(table))
            {
                Compare(found, name, ours.GetValueOrDefault(name), live.GetValueOrDefault(name));
            }
        }

        await Migrations(work, found, ct);
    }

    private static int Gravity(string name)
    {
        int place = Array.IndexOf(Gravest, name.Split(' ', 2)[0]);
        return place < 0 ? Gravest.Length : place;
    }

    private static void Compare(Findings found, string name, string? should, string? live)
    {
        if (should == live)
        {
            return;
        }

        string[] parts = name.Split(' ', 2);
        string code = (parts[0], should, live) switch
        {
            ("firing", _, "off" or "replica") => "schema.trigger-off",
            ("firing", null, _) or ("firing", _, null) => "",
            ("grant", null, _) => "schema.grant-extra",
            ("grant", _, null) => "schema.grant-missing",
            (_, null, _) => "schema.unknown",
            (_, _, null) => "schema.missing",
            _ => "schema.changed",
        };
        if (code.Length > 0)
        {
            found.Add(new Fault(code, new Dictionary<string, object?>
            {
                ["kind"] = new Term($"check.kind.{parts[0]}"),
                ["name"] = parts[1],
                ["is"] = Short(live, should),
                ["should"] = Short(should, live),
            }));
        }
    }

    /// <summary>A long text from where it begins to differ.</summary>
    private static string? Short(string? fact, string? other)
    {
        if (fact is not { Length: > LongestFact })
        {
            return fact;
        }

        int same = fact.Zip(other ?? "").TakeWhile(pair => pair.First == pair.Second).Count();
        int from = Math.Min(Math.Max(0, same - 20), fact.Length - LongestFact);
        return $"{(from > 0 ? "…" : "")}{fact.Substring(from, LongestFact)}{(from + LongestFact < fact.Length ? "…" : "")}";
    }

    private static async Task Migrations(Work work, Findings found, CancellationToken ct)
    {
        if (!await work.Db.Database.SqlQuery<bool>($"select has_table_privilege('schema_migration', 'select') as \"Value\"")
            .SingleAsync(ct))
        {
            found.Add(new Fault("schema.migrations-unreadable", new Dictionary<string, object?>()));
            return;
        }

        Dictionary<string, string> applied = (await work.Db.Database.SqlQuery<Applied>(
            $"""select name as "Name", sha256 as "Sha256" from schema_migration""").ToListAsync(ct))
            .ToDictionary(row => row.Name, row => row.Sha256);
        Dictionary<string, string> ours = Migrator.Files().ToDictionary(file => file.Name, file => Migrator.HashOf(file.Sql));
        found.Examined += ours.Count;
        foreach (string name in ours.Keys.Union(applied.Keys).Order(StringComparer.Ordinal)
            .Where(name => !ours.TryGetValue(name, out string? hash) || !applied.TryGetValue(name, out string? before)
                || !Migrator.IsForm(name, before, hash)))
        {
            string code = !ours.ContainsKey(name) ? "schema.migration-unknown"
                : !applied.ContainsKey(name) ? "schema.migration-missing" : "schema.migration-changed";
            found.Add(new Fault(code, new Dictionary<string, object?> { ["name"] = name }));
        }
    }

    private sealed record Applied(string Name, string Sha256);
}
