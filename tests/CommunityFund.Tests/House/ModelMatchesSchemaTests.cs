using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace CommunityFund.Tests.House;

public sealed class ModelMatchesSchemaTests
{
    // Tables that no entity maps: the migrator keeps its own; how early an appeal is filed, and what hours and points may do, only triggers ask.
    private static readonly string[] Unmapped = ["schema_migration", "campaign_rule", "unit_kind", "unit_kind_account",
        "service_rule"];

    [Fact]
    public async Task The_EF_model_says_what_the_live_schema_says()
    {
        await using TestBody body = await TestBody.New();
        await using FundDb db = body.Db();
        var live = await db.Database.SqlQuery<Column>(
            $"""
            select c.table_name as "Table", c.column_name as "Name", c.is_nullable = 'YES' as "Nullable", c.udt_name as "Type"
              from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
             where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
            """).ToListAsync();
        List<Column> model =
        [
            .. db.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties().Select(property => new Column(
                entity.GetTableName()!, property.GetColumnName(StoreObjectIdentifier.Table(entity.GetTableName()!))!,
                    property.IsNullable,
                Type(property)))),
        ];
        live = [.. live.Where(column => !Unmapped.Contains(column.Table))];
        model.Except(live).ShouldBeEmpty("the model has what the schema lacks");
        live.Except(model).ShouldBeEmpty("the schema has what the model lacks");
    }

    [Fact]
    public async Task Keys_of_the_model_are_the_primary_keys_of_the_schema()
    {
        await using TestBody body = await TestBody.New();
        await using FundDb db = body.Db();
        var live = await db.Database.SqlQuery<TableKey>(
            $"""
            select rel.relname as "Table", string_agg(att.attname, ',' order by k.position) as "Columns"
              from pg_constraint con join pg_class rel on rel.oid = con.conrelid
              join pg_namespace ns on ns.oid = rel.relnamespace and ns.nspname = 'public'
              cross join unnest(con.conkey) with ordinality k(attnum, position)
              join pg_attribute att on att.attrelid = rel.oid and att.attnum = k.attnum
             where con.contype = 'p' group by rel.relname
            """).ToListAsync();
        db.Model.GetEntityTypes()
            .Select(entity => new TableKey(entity.GetTableName()!, string.Join(',', entity.FindPrimaryKey()!.Properties
            .Select(property => property.GetColumnName(StoreObjectIdentifier.Table(entity.GetTableName()!)))))).Except(live)
            .ShouldBeEmpty();
    }

    private static string Type(IProperty property) => property.GetRelationalTypeMapping().StoreType switch
    {
        "integer" => "int4",
        "bigint" => "int8",
        "smallint" => "int2",
        "boolean" => "bool",
        "timestamp with time zone" => "timestamptz",
        "bytea[]" => "_bytea",
        "text[]" => "_text",
        "bigint[]" => "_int8",
        "integer[]" => "_int4",
        string other => other,
    };

    private sealed record Column(string Table, string Name, bool Nullable, string Type);

    private sealed record TableKey(string Table, string Columns);
}
