using Npgsql;

namespace CommunityFund.Outside;

/// <summary>The checker itself is tried on books that somebody with every right has falsified.</summary>
public sealed class CheckerTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_planted_corruption_is_named_and_untouched_books_are_clean()
    {
        await using Site site = await Site.New();
        using Memory memory = new(Path.Combine(site.Beside, "memory"));
        await using NpgsqlConnection forger = await site.Open("postgres");
        long before = await Checker.EntriesIn(forger);
        using Crowd crowd = await Crowd.Of(2, site, memory);
        crowd.Begin();
        await crowd.More(8);
        await crowd.End();

        // From memory as it lies on disk: whoever checks need not be who asked.
        using Memory kept = new(Path.Combine(site.Beside, "memory"));
        Checker checker = new(forger, kept, before);
        (await checker.Books()).ShouldBeEmpty();
        (await checker.Pages(crowd.Reader)).ShouldBeEmpty();
        kept.Acknowledged.Count.ShouldBe(crowd.Acknowledged);

        long entries = await Checker.EntriesIn(forger);
        foreach (Corruption corruption in Corruption.All(middle: before + 3, tail: entries))
        {
            await using (NpgsqlTransaction planted = await forger.BeginTransactionAsync())
            {
                await corruption.Plant(forger);
                IReadOnlyList<Fault> faults = await checker.Books();
                output.WriteLine($"{corruption.Name}: {string.Join(", ", faults.Select(fault => fault.Name).Distinct())}");
                faults.Select(fault => fault.Name).ShouldContain(corruption.Flag, corruption.Name);
                await planted.RollbackAsync();
            }

            (await checker.Books()).ShouldBeEmpty(corruption.Name);
        }
    }
}
