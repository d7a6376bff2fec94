using CommunityFund.Books;
using CommunityFund.Donations.Receipts;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Donations.Letters;

/// <summary>
/// Letters of confirmation are about to be printed: each gift gets the number and the code that stay with it for good. A gift that has
/// them keeps them.
/// </summary>
public sealed record IssueLetters(Guid Key, IReadOnlyList<long> Donations) : Command<int>(Key)
{
    /// <summary>No gift was chosen, or more than are printed in one go.</summary>
    public const string BadChoice = "letter.bad-choice";

    /// <summary>The most letters of one file.</summary>
    public const int Most = 200;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(ReceiptKeeping.Keeping).ForWholeBook());

    /// <returns>How many gifts got a number now.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        long[] asked = [.. Donations.Distinct().Order()];
        if (asked.Length is 0 or > Most)
        {
            throw new RefusedException(BadChoice, ("limit", Most));
        }

        // Two who print the same gifts at once: the second finds the numbers of the first.
        await work.Db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('donation_code'))", ct);
        List<long> fresh = await work.Db.Set<Donation>().AsNoTracking()
            .Where(row => row.BookId == work.Book && asked.Contains(row.DonationId) && row.State == DonationState.Accepted
                && !work.Db.Set<DonationCode>().Any(code => code.BookId == row.BookId && code.DonationId == row.DonationId))
            .OrderBy(row => row.DonationId).Select(row => row.DonationId).ToListAsync(ct);
        List<DonationCode> drawn = [.. fresh.Select(gift => DonationCode.New(work, gift))];
        while (await Taken(work, drawn, ct) is { Count: > 0 } taken)
        {
            drawn = [.. drawn.Select(code => taken.Contains(code.Number) ? DonationCode.New(work, code.DonationId) : code)];
        }

        work.Db.AddRange(drawn);
        return drawn.Count;
    }

    /// <summary>Numbers drawn that are there already, or twice among them.</summary>
    private static async Task<HashSet<string>> Taken(Work work, List<DonationCode> drawn, CancellationToken ct)
    {
        string[] numbers = [.. drawn.Select(code => code.Number)];
        List<string> there = await work.Db.Set<DonationCode>().Where(code => numbers.Contains(code.Number))
            .Select(code => code.Number).ToListAsync(ct);
        return [.. there, .. numbers.GroupBy(number => number).Where(same => same.Count() > 1).Select(same => same.Key)];
    }
}
