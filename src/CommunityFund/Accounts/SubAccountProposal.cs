using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Accounts;

/// <summary>What a new sub-account could look like.</summary>
/// <param name="Suffix">The lowest two digits free under every standard; empty if all are taken.</param>
/// <param name="HasLines">Vouchers stand on the parent, so it cannot be divided.</param>
public sealed record ProposedSubAccount(ChartAccount Parent, string Suffix, bool HasLines, IReadOnlyList<ChartAccount> Beside);

/// <summary>Where a sub-account below an account could go.</summary>
/// <param name="Parent">What was typed or chosen; the parent's key, code or name.</param>
public sealed record SubAccountProposal(string Parent) : Query<ProposedSubAccount>
{
    internal override Need Needs => Need.Any(Role.Accountant, Role.Admin).ForWholeBook();

    internal override async Task<ProposedSubAccount> Answer(Work work, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        ChartAccount parent = chart.Find(Parent) ?? throw new RefusedException(SubAccount.UnknownParent, ("typed", Parent));
        var codes = await work.Db.Set<AccountName>().Where(name => name.BookId == work.Book)
            .Select(name => new { name.AccountId, name.Standard, name.Code }).ToListAsync(ct);
        HashSet<(string Standard, string Code)> taken = [.. codes.Select(name => (name.Standard, name.Code))];
        var above = codes.Where(name => name.AccountId == parent.AccountId).ToList();
        string? free = Enumerable.Range(1, 99)
            .Select(number => number.ToString("00", System.Globalization.CultureInfo.InvariantCulture))
            .FirstOrDefault(suffix => above.TrueForAll(name => !taken.Contains((name.Standard, name.Code + suffix))));
        bool hasLines = await work.Db.VoucherLines.AnyAsync(line =>
            line.BookId == work.Book && line.AccountId == parent.AccountId, ct);
        return new ProposedSubAccount(parent, free ?? "", hasLines,
            [.. chart.Accounts.Where(account => account.ParentId == parent.AccountId)]);
    }
}
