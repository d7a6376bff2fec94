using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>A line beside the one that it may be.</summary>
public sealed record DoubtfulLine(
    long Id, LocalDate Day, Amount Amount, string Words, string FileName, int LineNo, string Account, DoubleHere Other);

/// <summary>One page of doubtful lines, and how many there are.</summary>
public sealed record DoubtfulItems(IReadOnlyList<DoubtfulLine> Items, int Total);

/// <summary>Lines that may be here twice, oldest first.</summary>
public sealed record DoubtfulLines(int Page) : Query<DoubtfulItems>
{
    public const int PageSize = 50;

    internal override Need Needs => Need.Any(Role.Accountant).ForWholeBook();

    internal override async Task<DoubtfulItems> Answer(Work work, CancellationToken ct)
    {
        IQueryable<BankLine> all = work.Db.Set<BankLine>().AsNoTracking()
            .Where(line => line.BookId == work.Book && line.State == BankLineState.Doubtful);
        List<BankLine> page = await all.OrderBy(line => line.OccurredOn).ThenBy(line => line.BankLineId)
            .Skip((Math.Max(1, Page) - 1) * PageSize).Take(PageSize).ToListAsync(ct);
        Dictionary<int, string> accounts = (await OwnAccount.All(work, ct))
            .ToDictionary(account => account.BankAccountId, account => $"{account.BankName} {account.Number}");
        Dictionary<long, DoubleHere> here = await StatementPreview.DoublesHere(
            work, [.. page.SelectMany(line => new[] { line.BankLineId, line.DoubleOf!.Value })], ct);
        return new DoubtfulItems(
            [.. page.Select(line => new DoubtfulLine(line.BankLineId, line.OccurredOn, Amount.Fen(line.Units), here[line.BankLineId].Words,
                here[line.BankLineId].FileName, line.LineNo, accounts[line.BankAccountId], here[line.DoubleOf!.Value]))],
            await all.CountAsync(ct));
    }
}
