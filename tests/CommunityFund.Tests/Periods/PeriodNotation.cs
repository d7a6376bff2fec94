using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Periods;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Periods;

/// <summary>What tests of the calendar say in one word.</summary>
internal static class PeriodNotation
{
    /// <summary>Closes them one after the other, the bank account reconciled first where it moved and nothing waits.</summary>
    public static async Task Close(this TestBody body, params IReadOnlyList<int> periods)
    {
        foreach (int period in periods)
        {
            object? ends = await Sql(body.Connections.Books, $"""
                select p.ends from period p
                 where p.book_id = 1 and p.period = {period} and exists (select 1 from unreconciled_accounts(1, {period}))
                   and not exists (select 1 from voucher v where v.book_id = 1 and v.period = {period} and v.state = 'prepared')
                """);
            if (ends is DateOnly day)
            {
                await body.Reconcile(LocalDate.FromDateOnly(day));
            }

            await Close(body.Reviewer, period);
        }
    }

    public static async Task Close(FundSession by, params IReadOnlyList<int> periods)
    {
        foreach (int period in periods)
        {
            await by.Run(new CloseMonth(TestBody.Key, period, Approval: period % 100 == 13 ? "理事会第一次会议通过年度报告" : ""));
        }
    }

    /// <summary>Which matters a refused close lists, and why.</summary>
    public static IReadOnlyList<string> Blockers(this Refusal refusal)
    {
        refusal.Code.ShouldBe(CloseMonth.NotReady);
        return [.. ((Sentence[])refusal.Facts["blockers"]!).Select(row => ((Sentence)row.Facts["what"]!).Key["closing.".Length..])];
    }

    /// <summary>A fact of one of the listed matters.</summary>
    public static object? Fact(this Refusal refusal, string matter, string fact) => ((Sentence[])refusal.Facts["blockers"]!)
        .Select(row => (Sentence)row.Facts["what"]!).Single(says => says.Key == $"closing.{matter}").Facts[fact];

    public static async Task<Refusal> RefusalOf(Func<Task> work) => (await Should.ThrowAsync<RefusedException>(work)).Refusal;

    public static async Task<PostgresException> Attack(string connection, string sql) =>
        await Should.ThrowAsync<PostgresException>(() => Sql(connection, sql));

    public static async Task<object?> Sql(string connectionString, string sql)
    {
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync();
        return await connection.Sql(sql);
    }

    public static async Task<object?> Sql(this NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
