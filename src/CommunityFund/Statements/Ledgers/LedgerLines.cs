using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>A posted line beside its entry, for questions that add and narrow down.</summary>
internal sealed class LedgerLine
{
    public required long EntryNo { get; init; }

    public required short LineNo { get; init; }

    public required int Period { get; init; }

    public required LocalDate OccurredOn { get; init; }

    public required string Series { get; init; }

    public required int Number { get; init; }

    public required long VoucherId { get; init; }

    public required int AccountId { get; init; }

    public required int FundId { get; init; }

    public required long Units { get; init; }

    public required long Debit { get; init; }

    public required long Credit { get; init; }

    public required long? CounterpartyId { get; init; }

    public required long? ProjectId { get; init; }

    public required long NarrativeId { get; init; }
}

/// <summary>Lines of the statutory books within a scope; opening balances, in period 00, are what came before.</summary>
internal static class LedgerLines
{
    /// <summary>All of them up to the last day, as known at the position.</summary>
    public static IQueryable<LedgerLine> Known(LedgerScope scope, int[] accounts)
    {
        Work work = scope.Work;
        int[] funds = scope.Funds;
        bool everyFund = scope.Head.Funds.WholeBook;
        LedgerRange range = scope.Range;
        return from line in work.Db.Postings
               join entry in work.Db.Entries on new { line.BookId, line.EntryNo } equals new { entry.BookId, entry.EntryNo }
               where line.BookId == work.Book && line.EntryNo <= scope.Known && line.Commodity == "CNY"
                   && accounts.Contains(line.AccountId) && (everyFund || funds.Contains(line.FundId))
                   && (line.Period < range.ToPeriod || (line.Period == range.ToPeriod && line.OccurredOn <= range.ToDay))
               select new LedgerLine
               {
                   EntryNo = line.EntryNo,
                   LineNo = line.LineNo,
                   Period = line.Period,
                   OccurredOn = line.OccurredOn,
                   Series = entry.Series,
                   Number = entry.Number,
                   VoucherId = entry.VoucherId,
                   AccountId = line.AccountId,
                   FundId = line.FundId,
                   Units = line.Units,
                   Debit = line.Side == Side.Debit ? line.Units : 0L,
                   Credit = line.Side == Side.Credit ? line.Units : 0L,
                   CounterpartyId = line.CounterpartyId,
                   ProjectId = line.ProjectId,
                   NarrativeId = line.NarrativeId,
               };
    }

    /// <summary>Those from the first day on.</summary>
    public static IQueryable<LedgerLine> InRange(LedgerScope scope, int[] accounts)
    {
        LedgerRange range = scope.Range;
        return Known(scope, accounts).Where(line => line.Period > range.FromPeriod
            || (line.Period == range.FromPeriod && line.OccurredOn >= range.FromDay));
    }
}
