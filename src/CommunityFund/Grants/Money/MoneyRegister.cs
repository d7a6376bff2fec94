using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Grants.Money;

/// <summary>Writes what a grant's money did, beside the voucher that books it.</summary>
internal static class MoneyRegister
{
    /// <summary>Notes it. The database keeps the sums, refuses more than there is, and compares with the voucher when the transaction ends.
    /// </summary>
    /// <param name="voucher">The voucher, posted by the end of the transaction; null only for what is carried to the next tranche.</param>
    public static async Task Note(Work work, long grant, long? tranche, MoneyMove move, IEnumerable<FundUnits> parts, long? voucher, LocalDate on,
        CancellationToken ct)
    {
        // One by one, in order: each is tested against what those before it left.
        foreach (FundUnits part in parts.Where(part => part.Units != 0))
        {
            work.Db.Add(new GrantMoney
            {
                BookId = work.Book,
                GrantId = grant,
                TrancheId = tranche,
                FundId = part.Fund,
                Move = move,
                Units = part.Units,
                VoucherId = voucher,
                OccurredOn = on,
                At = work.Now,
            });
            await work.Db.SaveChangesAsync(ct);
        }
    }

    /// <summary>Gives up a promise by the award's two signers, or by the rule where the calendar does it (rulings 2), in a voucher of its own that
    /// is posted at once.</summary>
    /// <returns>The voucher.</returns>
    public static async Task<long> GiveUp(Work work, GrantCase grant, Awards.GrantAward award, IReadOnlyList<(long? Tranche, FundUnits Part)> parts,
        string what, CancellationToken ct, bool byCalendar = false)
    {
        JournalEntry entry = await CommitmentEntry.Of(work, work.Today, $"{what} {grant.Number}", award.ProjectId,
            parts.GroupBy(each => each.Part.Fund).Select(each => new FundUnits(each.Key, each.Sum(row => row.Part.Units))), isEnd: true, ct);
        return byCalendar
            ? await SignedCommitment.PostByRule(work, entry, award.SignedBy, Noted, ct)
            : await SignedCommitment.Post(work, entry, award.SignedBy, award.ConfirmedBy, Noted, ct);

        async Task Noted(long voucher)
        {
            foreach (var tranche in parts.GroupBy(each => each.Tranche))
            {
                await Note(work, grant.GrantId, tranche.Key, MoneyMove.Cancelled, tranche.Select(each => each.Part), voucher, work.Today, ct);
            }
        }
    }
}
