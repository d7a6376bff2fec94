using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Exports;

/// <summary>A column as the database has it.</summary>
/// <param name="Target">The table and column it refers to; empty if none.</param>
internal sealed record TableColumn(string Table, string Name, string Type, bool Needed, string Target, short Key)
{
    /// <summary>Words of people, which a spreadsheet might take for a formula.</summary>
    public bool IsText => Type is "text" or "jsonb";

    /// <summary>The column as text: bytes in hexadecimal, instants in UTC, all else as PostgreSQL writes it.</summary>
    public string AsText => Type switch
    {
        "bytea" => $"encode(t.\"{Name}\", 'hex')",
        "bytea[]" => "(select string_agg(encode(each, 'hex'), ',' order by at) "
            + $"from unnest(t.\"{Name}\") with ordinality as x (each, at))",
        "timestamp with time zone" => $"to_char(t.\"{Name}\" at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
        _ => $"t.\"{Name}\"::text",
    };

    /// <summary>Every column of every table, in the order of the schema.</summary>
    public static Task<List<TableColumn>> All(Work work, CancellationToken ct) => work.Db.Database.SqlQuery<TableColumn>(
        $"""
        select c.relname as "Table", a.attname as "Name", format_type(a.atttypid, null) as "Type", a.attnotnull as "Needed",
               coalesce((select string_agg(f.relname || '.' || b.attname, ' ')
                           from pg_constraint k
                           join pg_class f on f.oid = k.confrelid
                           join pg_attribute b on b.attrelid = f.oid and b.attnum = k.confkey[array_position(k.conkey, a.attnum)]
                          where k.contype = 'f' and k.conrelid = c.oid and a.attnum = any (k.conkey)
                            and a.attname <> 'book_id'), '') as "Target",
               coalesce((select array_position(string_to_array(i.indkey::text, ' ')::int2[], a.attnum)
                           from pg_index i where i.indrelid = c.oid and i.indisprimary), 0)::smallint as "Key"
          from pg_class c
          join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
          join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where c.relkind in ('r', 'p')
         order by c.relname, a.attnum
        """).ToListAsync(ct);
}
