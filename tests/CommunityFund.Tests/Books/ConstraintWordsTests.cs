using System.Globalization;
using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Npgsql;

namespace CommunityFund.Tests.Books;

/// <summary>Whatever PostgreSQL refuses, a person reads words: every constraint of the live schema is looked at.</summary>
public sealed partial class ConstraintWordsTests
{
    private static readonly Words Words = Words.From([typeof(Words).Assembly]);

    private static readonly Dictionary<string, object?> AnyFacts = new[]
    {
        "account", "constraint", "table", "series", "number", "difference", "fund", "state", "used", "taken", "day", "period", "year", "cash",
        "floor", "asked", "available", "missing", "line", "booked", "open", "count", "month", "until", "file", "other", "voucher",
        "asked", "booked", "campaign", "days", "earliest", "filed", "from", "gifts", "on", "rows", "signed", "source",
        "move", "to", "round", "sample",
    }.Distinct().ToDictionary(name => name, object? (_) => "x");

    [Fact]
    public async Task Every_constraint_of_the_schema_has_words_in_both_languages()
    {
        await using TestBody body = await TestBody.New();
        List<(string Name, string State)> constraints = await Read(body, """
            select conname, case contype when 'f' then '23503' when 'c' then '23514' when 'x' then '23P01' else '23505' end
              from pg_constraint where connamespace = 'public'::regnamespace and contype <> 't'
            union
            select c.relname, '23505' from pg_index i join pg_class c on c.oid = i.indexrelid
             where i.indisunique and c.relnamespace = 'public'::regnamespace
            """);
        constraints.Count.ShouldBeGreaterThan(100);
        constraints.Where(row => !Speaks(ConstraintRefusal.CodeOf(row.Name, row.State))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_name_that_a_function_refuses_by_has_words_of_its_own()
    {
        await using TestBody body = await TestBody.New();
        List<(string Name, string Source)> functions = await Read(body,
            "select proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace");
        HashSet<string> names = [.. functions.Where(function => function.Source.Contains("refuse(", StringComparison.Ordinal))
            .SelectMany(function => RefusedName().Matches(function.Source)).Select(match => match.Groups["name"].Value)];
        names.Count.ShouldBeGreaterThan(30);
        HashSet<string> spoken = [.. ConstraintRefusal.NamedCodes];
        names.Where(name => !spoken.Contains($"database.{name.Replace('_', '-')}")).ShouldBeEmpty();
    }

    [Fact]
    public async Task No_words_are_kept_for_a_constraint_that_is_gone()
    {
        await using TestBody body = await TestBody.New();
        string everything = string.Join('\n', (await Read(body, "select proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace"))
                .Select(row => row.Other))
            + string.Join('\n', (await Read(body, "select conname, '' from pg_constraint union select relname, '' from pg_class")).Select(row => row.Name));
        ConstraintRefusal.NamedCodes.Select(code => code["database.".Length..].Replace('-', '_'))
            .Where(name => !everything.Contains(name, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    /// <summary>What a person would read of a real violation: all facts that the words ask for are there.</summary>
    internal static void Tell(PostgresException refused)
    {
        foreach (string language in new[] { "zh-CN", "en" })
        {
            Words.Of(ConstraintRefusal.Of(refused), CultureInfo.GetCultureInfo(language)).ShouldNotBeEmpty();
        }

        Grants.Spoken.Tell(ConstraintRefusal.Of(refused));
    }

    private static bool Speaks(string code) =>
        code != ConstraintRefusal.Unexpected && new[] { "zh-CN", "en" }.Select(CultureInfo.GetCultureInfo).All(language =>
            Words.Of(new Refusal(code, AnyFacts), language) is { Length: > 0 } words
            && !words.Contains($"refusal.{code}", StringComparison.Ordinal));

    // A refusal's name stands quoted before its facts, or as a branch of the case that chooses it.
    [GeneratedRegex(@"(?<=(?:refuse\(|then |else |select )')(?<name>[a-z]+(?:_[a-z]+)+)(?=')", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex RefusedName();

    private static async Task<List<(string Name, string Other)>> Read(TestBody body, string sql)
    {
        await using NpgsqlConnection connection = new(body.Connections.Owner);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<(string, string)> rows = [];
        while (await reader.ReadAsync())
        {
            rows.Add((reader.GetString(0), reader.GetString(1)));
        }

        return rows;
    }
}
