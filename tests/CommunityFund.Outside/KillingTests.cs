using System.Globalization;
using Npgsql;

namespace CommunityFund.Outside;

/// <summary>
/// kill -9 during posting: nothing that was acknowledged is lost, nothing is there twice, no number is left out.
/// </summary>
public sealed class KillingTests(ITestOutputHelper output)
{
    private const int Kills = 10, Pairs = 4, Between = 8;

    [Fact]
    public Task Killing_the_site_ten_times_loses_doubles_and_skips_nothing() => KillWhilePosting("the site", async (site, _) =>
    {
        await site.Kill();
        await site.Start();
    });

    [Fact]
    public Task Killing_PostgreSQL_ten_times_loses_doubles_and_skips_nothing() =>
        KillWhilePosting("PostgreSQL", async (site, turn) =>
        {
            if (turn % 2 == 0)
            {
                site.KillPostmaster();
            }
            else
            {
                await site.KillBackend();
            }
        });

    private async Task KillWhilePosting(string victim, Func<Site, int, Task> kill)
    {
        await using Site site = await Site.New();
        using Memory memory = new(Path.Combine(site.Beside, "memory"));
        long before;
        await using (NpgsqlConnection reader = await site.Open("communityfund_app"))
        {
            before = await Checker.EntriesIn(reader);
        }

        using Crowd crowd = await Crowd.Of(Pairs, site, memory);
        crowd.Begin();
        for (int turn = 0; turn < Kills; turn++)
        {
            await crowd.More(Between);

            // Not always at the same point of a voucher's way.
            await Task.Delay(Random.Shared.Next(200));
            await kill(site, turn);
        }

        await crowd.More(Between);
        await crowd.End();

        await using NpgsqlConnection after = await site.Open("communityfund_app");
        Checker checker = new(after, memory, before);
        IReadOnlyList<Fault> faults = [.. await checker.Books(), .. await checker.Pages(crowd.Reader)];
        int settled = await checker.SettledByKey();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Kills} kills of {victim}: {memory.Acknowledged.Count} vouchers acknowledged, "
            + $"{memory.Doubts.Count} forms sent again, of which {settled} had been done the first time and were settled by their key; "
            + $"longest silence {crowd.LongestSilence.TotalSeconds:0.0} s."));
        faults.ShouldBeEmpty();
        crowd.Shocks.ShouldBeEmpty(site.Said());
        memory.Acknowledged.Count.ShouldBeGreaterThanOrEqualTo((Kills + 1) * Between);
    }
}
