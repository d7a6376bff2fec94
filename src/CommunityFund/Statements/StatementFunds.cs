using CommunityFund.Books;

namespace CommunityFund.Statements;

/// <summary>A fund as statements name it.</summary>
/// <param name="Depth">How deep it stands in the tree, 0 at the root.</param>
public sealed record StatementFund(int FundId, string Code, string Name, int Depth)
{
    public override string ToString() => $"{Code} {Name}";
}

/// <summary>The funds whose lines a statement counts: never more than the person's roles reach.</summary>
/// <param name="Included">In the order of the tree.</param>
/// <param name="Root">The fund that was asked for; null for all that the person may see.</param>
/// <param name="WholeBook">True if nothing of the book is left out.</param>
public sealed record StatementFunds(IReadOnlyList<StatementFund> Included, StatementFund? Root, bool WholeBook)
{
    /// <summary>Roles that read statements.</summary>
    internal static readonly Role[] Readers =
    [
        Role.Accountant, Role.VoucherReviewer, Role.Cashier, Role.FinanceOffice, Role.Panel, Role.Admin, Role.Steer,
    ];

    // A line of print holds about this many names; the count says the rest.
    private const int Named = 8;

    internal int[] Ids => [.. Included.Select(fund => fund.FundId)];

    /// <summary>Which funds these are, in the reader's language.</summary>
    public string Text(Words words) => (Root, WholeBook, Included.Count) switch
    {
        (null, true, _) => words["statement.funds.all"],
        (null, _, 0) => words["statement.funds.none"],
        (null, _, > Named) => words["statement.funds.yours-many", Included.Take(Named), Included.Count],
        (null, _, _) => words["statement.funds.yours", Included, Included.Count],
        (_, _, 1) => Root.ToString(),
        (_, _, > Named) => words["statement.funds.below-many", Root, Included.Skip(1).Take(Named), Included.Count - 1],
        _ => words["statement.funds.below", Root, Included.Skip(1)],
    };

    internal static async Task<StatementFunds> Of(Work work, int? root, bool below, CancellationToken ct)
    {
        StatementFund[] seen = [.. await Tree(work, ct)];
        if (root is not { } asked)
        {
            return new StatementFunds(seen, null, work.Rights.ReachesAll(Readers));
        }

        Fund fund = await work.FundById(asked, ct);
        work.Rights.Require(Need.Any(Readers).For(asked), work.Rights.IsOperator);
        int at = Array.FindIndex(seen, each => each.FundId == fund.FundId);
        StatementFund[] under = below ? [.. seen.Skip(at + 1).TakeWhile(each => each.Depth > seen[at].Depth)] : [];
        return new StatementFunds([seen[at], .. under], seen[at], WholeBook: false);
    }

    /// <summary>The funds that the person's roles reach, each after the one it stands under.</summary>
    internal static async Task<IReadOnlyList<StatementFund>> Tree(Work work, CancellationToken ct)
    {
        ILookup<int?, Fund> byParent = (await work.Funds(ct)).ToLookup(fund => fund.ParentId);
        HashSet<int> reached = [.. work.Rights.FundsOf(Readers)];
        return [.. Below(null, 0).Where(fund => reached.Contains(fund.FundId))];

        IEnumerable<StatementFund> Below(int? parent, int depth) => byParent[parent].SelectMany(fund =>
            Below(fund.FundId, depth + 1).Prepend(new StatementFund(fund.FundId, fund.Code, fund.Name, depth)));
    }
}
