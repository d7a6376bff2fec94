using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Periods;
using Npgsql;

namespace CommunityFund.Tests.Periods;

/// <summary>What tests of the calendar say in one word.</summary>
internal static class PeriodNotation
{
    public static Task Close(this TestBody body, params IReadOnlyList<int> periods) => Close(body.Reviewer, periods);

    public static async Task Close(FundSession by, params IReadOnlyList<int> periods)
    {
        foreach (int period in periods)
        {
            await by.Run(new ClosePeriod(TestBody.Key, period));
        }
    }

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
