using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Funds;

/// <summary>A project and what was spent for it.</summary>
public sealed record ProjectRow(
    long ProjectId, string Code, string Name, string? Fund, string ProjectClass, string Community, LocalDate OpenedOn, LocalDate? ClosedOn,
    Amount Spent)
{
    public bool IsOpen => ClosedOn is null;
}

/// <summary>The register of projects: of the funds that the person sees, and of none in particular.</summary>
public sealed record ProjectList(bool OnlyOpen = false) : Query<IReadOnlyList<ProjectRow>>
{
    internal override Need Needs => Need.Any(FundNumbers.Readers);

    internal override async Task<IReadOnlyList<ProjectRow>> Answer(Work work, CancellationToken ct)
    {
        Dictionary<int, string> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => fund.Name);
        int[] seen = [.. work.Rights.FundsOf(FundNumbers.Readers)];
        List<Project> projects = await work.Db.Set<Project>().AsNoTracking()
            .Where(row => row.BookId == work.Book && (!OnlyOpen || row.ClosedOn == null) && (row.FundId == null || seen.Contains(row.FundId.Value)))
            .OrderBy(row => row.Code).ToListAsync(ct);
        Dictionary<long, long> spent = await (
            from line in work.Db.Postings
            join account in work.Db.Accounts on new { line.BookId, line.AccountId } equals new { account.BookId, account.AccountId }
            where line.BookId == work.Book && line.ProjectId != null && account.Class == AccountClass.Expense && seen.Contains(line.FundId)
                && line.Movement != MovementKind.Close
            group line.Side == Side.Debit ? line.Units : -line.Units by line.ProjectId!.Value)
            .ToDictionaryAsync(lines => lines.Key, lines => lines.Sum(), ct);
        return
        [
            .. projects.Select(row => new ProjectRow(
                row.ProjectId, row.Code, row.Name, row.FundId is { } fund ? funds[fund] : null, row.ProjectClass, row.Community, row.OpenedOn,
                row.ClosedOn, Amount.Fen(spent.GetValueOrDefault(row.ProjectId)))),
        ];
    }
}
