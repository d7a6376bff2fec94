using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Banking;

/// <summary>What a line may be, best first, without anything else that its page shows.</summary>
public sealed record LineCandidates(long Line) : Query<IReadOnlyList<BankCandidate>>
{
    internal override Need Needs => Need.Any(BankLineList.Readers).ForWholeBook();

    internal override async Task<IReadOnlyList<BankCandidate>> Answer(Work work, CancellationToken ct)
    {
        // One statement for the line, what of it is left, and whose books they are.
        var row = await work.Db.Set<BankLine>().AsNoTracking()
            .Where(line => line.BookId == work.Book && line.BankLineId == Line)
            .Select(line => new
            {
                Line = line,
                Taken = BankMatch.Open(work.Db, work.Book).Where(match => match.BankLineId == Line).Sum(match => match.Units),
                Own = work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).First(),
            })
            .SingleOrDefaultAsync(ct) ?? throw new RefusedException(UndecidedLine.Unknown, ("line", Line));
        IReadOnlyList<FundChoice> funds = await FundChoice.All(work, ct, onlyNames: true);
        return await Candidates.Of(
            work, row.Line, Amount.Fen(row.Line.Units - row.Taken), funds, LineSuggestion.Of(row.Line, funds, row.Own), ct);
    }
}
