using Npgsql;

namespace CommunityFund.Bench;

/// <summary>On what the figures were measured; other machines have others, and only ratios carry over.</summary>
/// <param name="CommitMilliseconds">Median of a transaction of one row, from sending the commit until the disk has it.</param>
public sealed record BenchFacts(int Cores, string Server, string Place, string Safety, decimal CommitMilliseconds)
{
    private const int Commits = 200;

    public static async Task<BenchFacts> Of(BenchGround ground, CancellationToken ct)
    {
        await using NpgsqlConnection app = await BenchGround.Connect(ground.App, ct);
        List<string> safety = [];
        foreach (string setting in new[] { "fsync", "synchronous_commit", "full_page_writes", "data_checksums" })
        {
            safety.Add($"{setting} = {await Setting(app, setting, ct)}");
        }

        return new BenchFacts(Environment.ProcessorCount, await Setting(app, "server_version", ct), ground.Place,
            string.Join(", ", safety), await Commit(ground, ct));
    }

    private static async Task<string> Setting(NpgsqlConnection app, string name, CancellationToken ct)
    {
        await using NpgsqlCommand command = new("select current_setting($1)", app) { Parameters = { new() { Value = name } } };
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }

    private static async Task<decimal> Commit(BenchGround ground, CancellationToken ct)
    {
        await using BareInserts bare = await BareInserts.Open(ground.App, 0, ct);
        List<decimal> times = [];
        for (int i = 0; i < Commits; i++)
        {
            times.Add((await bare.Insert(1, ct)).Milliseconds());
        }

        return times.Median();
    }
}
