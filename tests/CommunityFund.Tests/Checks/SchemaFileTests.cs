using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Tests.House;

namespace CommunityFund.Tests.Checks;

public sealed class SchemaFileTests
{
    private const string Rewrite = "WRITE_SCHEMA=1 ./test The_schema_file";

    [Fact]
    public async Task The_schema_file_says_what_the_migrations_make()
    {
        await using TestBody body = await TestBody.New();
        await using FundDb db = body.Db();
        SortedDictionary<string, string> live = await LiveSchema.Read(db, CancellationToken.None);
        string path = Path.Combine(SourceTree.Root, "migrations", "schema.txt");
        if (Environment.GetEnvironmentVariable("WRITE_SCHEMA") == "1")
        {
            await File.WriteAllTextAsync(path, LiveSchema.Write(live));
        }

        SortedDictionary<string, string> kept = LiveSchema.Parse(await File.ReadAllTextAsync(path));
        live.Except(kept).Concat(kept.Except(live)).Select(fact => fact.Key).Distinct()
            .ShouldBeEmpty($"migrations/schema.txt is not what the migrations make. Write it anew with: {Rewrite}");
    }
}
