using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using CommunityFund.Ledger;
using Npgsql;

namespace CommunityFund.Bench;

/// <summary>What one part of posting costs, in milliseconds of one call.</summary>
/// <param name="Key">Names the part among the words.</param>
public sealed record Part(string Key, decimal Milliseconds);

/// <summary>
/// Takes one call of a thousand vouchers apart, as the server sees it: how long each statement inside the door ran, and how
/// long the functions that prove. The same vouchers are posted and rolled back several times; the last time is committed.
/// </summary>
public sealed partial class PostingParts(BenchGround ground, int rounds)
{
    // Which part a statement inside the door belongs to; what is not here is checks, locks and numbers. Balances and lots are
    // written where lines are proved.
    private static readonly (string Verb, string Table, string Part)[] Statements =
    [
        ("insert into", "journal_entry", Headers), ("insert into", "posting", Lines), ("insert into", "gift_lot", Lots),
        ("with summed as ( insert into", "balance", Balances), ("update", "voucher", Vouchers),
    ];

    private const string Headers = "headers", Lines = "lines", Balances = "balances", Lots = "lots", Vouchers = "vouchers";

    public async Task<IReadOnlyList<Part>> Of(int vouchers, CancellationToken ct)
    {
        BenchBook book = ground.Books[0];
        long[] ids = await new PreparedVouchers(ground).Write(book, vouchers, Restriction.Restricted, ct);
        await using NpgsqlConnection superuser = await BenchGround.Connect(ground.Superuser, ct);
        await Execute(superuser,
            """
            load 'auto_explain';
            set auto_explain.log_min_duration = 1; set auto_explain.log_nested_statements = on;
            set auto_explain.log_level = 'notice';
            set track_functions = 'pl'; set constraints all deferred
            """,
            ct);
        List<IReadOnlyList<Part>> runs = [];
        for (int round = 0; round <= rounds; round++)
        {
            runs.Add(await Once(superuser, book, ids, commit: round == rounds, ct));
        }

        // The first run warms up, the last adds the commit.
        return [.. runs[^1].Select(last => last.Key == "commit"
            ? last
            : last with
            {
                Milliseconds = runs.Skip(1).Select(run => run.Single(part => part.Key == last.Key).Milliseconds).Median(),
            })];
    }

    private async Task<IReadOnlyList<Part>> Once(NpgsqlConnection superuser, BenchBook book, long[] ids, bool commit,
        CancellationToken ct)
    {
        Dictionary<string, decimal> spent = [];
        void Hear(object sender, NpgsqlNoticeEventArgs notice)
        {
            if (Told().Match(notice.Notice.MessageText) is { Success: true } told)
            {
                string said = Spaces().Replace(told.Groups["text"].Value, " ");
                string part = Statements
                    .FirstOrDefault(each => said.StartsWith($"{each.Verb} {each.Table} ", StringComparison.Ordinal)).Part ?? "";
                spent[part] = spent.GetValueOrDefault(part)
                    + decimal.Parse(told.Groups["ms"].Value, CultureInfo.InvariantCulture);
            }
        }

        await using NpgsqlTransaction transaction = await superuser.BeginTransactionAsync(ct);
        Dictionary<string, decimal> before = await Functions(superuser, ct);
        superuser.Notice += Hear;
        TimeSpan posting = await Timed(() => Post(superuser, book, ids, ground.Now.ToDateTimeUtc(), ct));
        superuser.Notice -= Hear;
        TimeSpan atCommit = await Timed(() => Execute(superuser, "set constraints all immediate", ct));
        Dictionary<string, decimal> after = await Functions(superuser, ct);
        TimeSpan commitTime = await Timed(() => commit ? transaction.CommitAsync(ct) : transaction.RollbackAsync(ct));

        decimal Spent(string part) => spent.GetValueOrDefault(part);
        decimal Proving(string function) => after.GetValueOrDefault(function) - before.GetValueOrDefault(function);
        decimal proveHeaders = Proving("prove_headers"), provePostings = Proving("prove_postings");
        return
        [
            new("checks", posting.Milliseconds() - Spent(Headers) - Spent(Lines) - Spent(Vouchers)),
            new("headers", Spent(Headers) - proveHeaders),
            new("headers-proof", proveHeaders),
            new("lines", Spent(Lines) - provePostings),
            new("lines-proof", provePostings - Spent(Balances) - Spent(Lots)),
            new("balances", Spent(Balances)),
            new("lots", Spent(Lots)),
            new("vouchers", Spent(Vouchers)),
            new("at-commit", atCommit.Milliseconds()),
            new("commit", commitTime.Milliseconds()),
        ];
    }

    private static async Task Post(NpgsqlConnection superuser, BenchBook book, long[] ids, DateTime at, CancellationToken ct)
    {
        await using NpgsqlCommand post = new(BenchSql.Post, superuser)
        {
            Parameters =
            {
                new() { Value = book.Book }, new() { Value = ids }, new() { Value = book.Reviewer }, new() { Value = at },
            },
        };
        await post.ExecuteNonQueryAsync(ct);
    }

    // The server may still count what earlier transactions did, so only differences say anything.
    private static async Task<Dictionary<string, decimal>> Functions(NpgsqlConnection superuser, CancellationToken ct)
    {
        await using NpgsqlCommand command = new(
            "select funcname::text, total_time::numeric from pg_stat_xact_user_functions where total_time is not null",
            superuser);
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(ct);
        Dictionary<string, decimal> functions = [];
        while (await rows.ReadAsync(ct))
        {
            functions[rows.GetString(0)] = rows.GetDecimal(1);
        }

        return functions;
    }

    private static async Task<TimeSpan> Timed(Func<Task> act)
    {
        long start = Stopwatch.GetTimestamp();
        await act();
        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task Execute(NpgsqlConnection connection, string statement, CancellationToken ct)
    {
        await using NpgsqlCommand command = new(statement, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    [GeneratedRegex(@"\Aduration: (?<ms>[0-9.]+) ms\s+plan:\s+Query Text: (?<text>.{0,200})", RegexOptions.Singleline, 1000)]
    private static partial Regex Told();

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Spaces();
}
