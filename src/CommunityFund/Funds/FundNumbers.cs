using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Funds;

/// <summary>A fund and its three numbers: own cash, what is spoken for, and what may still be promised.</summary>
/// <param name="Depth">How many of the funds above it the person sees.</param>
/// <param name="Spoken">Own cash less available: debts, open commitments, holds and principal.</param>
public sealed record FundNumber(
    int FundId, string Code, string Name, FundKind Kind, FundState State, int? ParentId, int Depth,
    Restriction DefaultRestriction, string Clause, Amount OwnCash, Amount Spoken, Amount Available)
{
    /// <summary>False for technical funds, which stand outside every total.</summary>
    public bool IsOwn => Kind is not (FundKind.Agency or FundKind.Programme);
}

/// <summary>The funds the person may see, as a tree, each with its three numbers.</summary>
public sealed record FundNumbers : Query<IReadOnlyList<FundNumber>>
{
    /// <summary>Roles that see money of funds.</summary>
    public static IReadOnlyList<Role> Readers { get; } =
    [
        Role.Accountant, Role.VoucherReviewer, Role.Cashier, Role.ApproverL1, Role.ApproverL2, Role.Desk, Role.Steer, Role.Panel,
        Role.FinanceOffice, Role.Admin,
    ];

    internal override Need Needs => Need.Any(Readers);

    internal override async Task<IReadOnlyList<FundNumber>> Answer(Work work, CancellationToken ct)
    {
        IReadOnlyList<Fund> funds = await work.Funds(ct);
        Dictionary<int, Money> money = await work.Db.Database.SqlQuery<Money>(
            $"""
            select fund_id as "FundId", own_cash(book_id, fund_id) as "OwnCash", fund_available(book_id, fund_id) as "Available"
              from fund where book_id = {work.Book}
            """).ToDictionaryAsync(row => row.FundId, ct);
        HashSet<int> seen = [.. work.Rights.FundsOf(Readers)];
        return [.. Tree(funds, seen, null, 0).Where(node => seen.Contains(node.Fund.FundId))
            .Select(node => Number(node.Fund, node.Depth, money))];
    }

    private static FundNumber Number(Fund fund, int depth, Dictionary<int, Money> money)
    {
        Money row = money[fund.FundId];
        return new FundNumber(fund.FundId, fund.Code, fund.Name, fund.Kind, fund.State, fund.ParentId, depth,
            fund.DefaultRestriction, fund.Clause,
            Amount.Fen(row.OwnCash), Amount.Fen(row.OwnCash - row.Available), Amount.Fen(row.Available));
    }

    private static IEnumerable<(Fund Fund, int Depth)> Tree(IReadOnlyList<Fund> funds, HashSet<int> seen, int? parent,
        int depth) =>
        funds.Where(fund => fund.ParentId == parent)
            .SelectMany(fund =>
            Tree(funds, seen, fund.FundId, seen.Contains(fund.FundId) ? depth + 1 : depth).Prepend((fund, depth)));

    private sealed record Money(int FundId, long OwnCash, long Available);
}
