using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Payments;

/// <summary>What a fund has of the money that a platform pays out.</summary>
/// <param name="Units">Negative where a fee was booked on a fund that received nothing.</param>
/// <param name="Free">Of its income, what is unrestricted; a weight.</param>
/// <param name="Bound">Of its income, what is restricted; a weight.</param>
internal sealed record SettledShare(Fund Fund, long Units, long Free, long Bound)
{
    /// <summary>The part of a fee that the fund bears as its gifts are restricted.</summary>
    public IEnumerable<(Restriction Restriction, Amount Fee)> Bear(Amount fee)
    {
        long[] weights = Free > 0 || Bound > 0 ? [Math.Max(0, Free), Math.Max(0, Bound)]
            : Fund.DefaultRestriction == Restriction.Restricted ? [0, 1] : [1, 0];
        IReadOnlyList<Amount> parts = fee.SplitBy(weights);
        return new[] { (Restriction.Unrestricted, parts[0]), (Restriction.Restricted, parts[1]) }.Where(part => part.Item2.IsPositive);
    }

    /// <summary>Whose the lines are, by their vouchers. One that books several lines for several funds is settled with all of them, or
    /// the funds' shares would not be known.</summary>
    public static async Task<List<SettledShare>> Of(Work work, IReadOnlyList<PlatformLine> lines, int platformAccount, CancellationToken ct)
    {
        long[] vouchers = [.. lines.Select(line => line.Voucher).Distinct()];
        var rows = await (from line in work.Db.VoucherLines.AsNoTracking()
                          join account in work.Db.Accounts on new { line.BookId, line.AccountId }
                              equals new { account.BookId, account.AccountId }
                          where line.BookId == work.Book && vouchers.Contains(line.VoucherId)
                              && (line.AccountId == platformAccount || account.Class == AccountClass.Income)
                          select new
                          {
                              line.VoucherId,
                              line.FundId,
                              line.Restriction,
                              IsPlatform = line.AccountId == platformAccount,
                              Units = line.Side == Side.Debit ? line.Units : -line.Units,
                          }).ToListAsync(ct);
        Dictionary<int, long> units = [];
        foreach (var voucher in lines.GroupBy(line => line.Voucher))
        {
            long said = voucher.Sum(line => line.Units);
            var nets = rows.Where(row => row.IsPlatform && row.VoucherId == voucher.Key).GroupBy(row => row.FundId)
                .Select(group => (Fund: group.Key, Units: group.Sum(row => row.Units))).ToList();
            if (nets.Count == 1)
            {
                nets = [(nets[0].Fund, said)];
            }

            nets.ForEach(net => units[net.Fund] = units.GetValueOrDefault(net.Fund) + net.Units);
            if (nets.Sum(net => net.Units) != said)
            {
                throw new RefusedException(SettlePlatform.NotOpen);
            }
        }

        List<SettledShare> shares = [];
        foreach (var (fund, share) in units.Where(pair => pair.Value != 0).OrderBy(pair => pair.Key))
        {
            shares.Add(new SettledShare(
                await work.FundById(fund, ct), share, Income(fund, Restriction.Unrestricted), Income(fund, Restriction.Restricted)));
        }

        return shares;

        long Income(int fund, Restriction restriction) =>
            -rows.Where(row => !row.IsPlatform && row.FundId == fund && row.Restriction == Codes.Of(restriction)).Sum(row => row.Units);
    }
}
