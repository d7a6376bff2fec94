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
        BankLineList.Row row = await BankLineList.Rows(work, Line).SingleOrDefaultAsync(ct)
            ?? throw new RefusedException(UndecidedLine.Unknown, ("line", Line));
        IReadOnlyList<FundChoice> funds = await FundChoice.All(work, ct, onlyNames: true);
        string own = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct);
        return await Candidates.Of(work, row.Line, Amount.Fen(row.Left), funds, LineSuggestion.Of(row.Line, funds, own), ct);
    }
}
