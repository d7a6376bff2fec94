using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>A fund that the line's money may belong to.</summary>
public sealed record FundChoice(int FundId, string Code, string Name, bool IsGeneral, Restriction DefaultRestriction,
    string Clause, Amount Available)
{
    /// <summary>The funds that the person may book on, with what each has; asked for their names only, nothing is summed.</summary>
    internal static async Task<IReadOnlyList<FundChoice>> All(Work work, CancellationToken ct, bool onlyNames = false)
    {
        Dictionary<int, long> available = onlyNames ? [] : await work.Db.Database.SqlQuery<Money>(
            $"""
            select fund_id as "FundId", fund_available(book_id, fund_id) as "Available" from fund where book_id = {work.Book}
            """).ToDictionaryAsync(row => row.FundId, row => row.Available, ct);
        return
        [
            .. (await work.Funds(ct))
            .Where(fund => fund.IsOwn && fund.State != FundState.Closed && work.Rights.Reaches([Role.Accountant], fund.FundId))
                .Select(fund => new FundChoice(fund.FundId, fund.Code, fund.Name, fund.Kind == FundKind.General,
                fund.DefaultRestriction, fund.Clause,
                    Amount.Fen(available.GetValueOrDefault(fund.FundId)))),
        ];
    }

    private sealed record Money(int FundId, long Available);
}

/// <summary>A voucher that rests on the line, with the part it books.</summary>
/// <param name="MayUndo">False while it waits, and where it was booked from the line: then it is reversed.</param>
public sealed record LineVoucher(long VoucherId, Amount Amount, bool IsPosted, string Narrative, bool MayUndo);

/// <summary>A clause that binds only gifts that name it, such as one donor's agreement.</summary>
public sealed record GiftClause(long Id, string Fund, ClauseKind Kind, string Words, LocalDate? From, LocalDate? Until);

/// <summary>Everything a person needs to see to dispose of one bank line.</summary>
/// <param name="Next">The next line that waits, in order of days; null if this is the last.</param>
/// <param name="Left">How many others wait.</param>
/// <param name="Rest">What of the line no voucher rests on yet, with the line's sign.</param>
public sealed record BankLineView(
    long BankLineId, LocalDate OccurredOn, Amount Amount, Amount? BalanceAfter, string CounterpartyName,
        string CounterpartyAccount, string Summary,
    string Remark, string? Serial, string AccountName, string AccountKey, string AccountNumber, string FileName, int LineNo,
        LineStage Stage,
    string Reason, string? DecidedBy, Instant? DecidedAt, long? VoucherId, bool IsBeforeOpening, IReadOnlyList<FundChoice> Funds,
        Chart Chart,
    LineSuggestion Suggested, long? Next, int Left, IReadOnlyList<GiftClause> Clauses, Amount Rest,
        IReadOnlyList<LineVoucher> Vouchers,
    IReadOnlyList<BankCandidate> Candidates, int BankAccountId);

/// <summary>One bank line, with what the words on it suggest.</summary>
/// <param name="IsBeside">It is dealt with beside another line: what it may be, what its funds have and which lines wait is not
/// asked for.</param>
public sealed record BankLinePage(long Line, bool IsBeside = false) : Query<BankLineView>
{
    internal override Need Needs => Need.Any(BankLineList.Readers).ForWholeBook();

    internal override async Task<BankLineView> Answer(Work work, CancellationToken ct)
    {
        BankLineList.Row row = await BankLineList.Rows(work, Line).SingleOrDefaultAsync(ct)
            ?? throw new RefusedException(UndecidedLine.Unknown, ("line", Line));
        BankLine line = row.Line;
        Book book = await work.Db.Books.AsNoTracking().SingleAsync(book => book.BookId == work.Book, ct);
        Chart chart = await work.ChartOn(line.OccurredOn, ct);
        BankAccount account = (await OwnAccount.All(work, ct)).Single(account => account.BankAccountId == line.BankAccountId);
        string file = await work.Db.Set<BankFile>().Where(row => row.BookId == work.Book && row.BankFileId == line.BankFileId)
            .Select(row => row.FileName).SingleAsync(ct);
        var names = await PersonName.Of(work, [line.DecidedBy], ct);
        IReadOnlyList<FundChoice> funds = await FundChoice.All(work, ct, onlyNames: IsBeside);
        (long? next, int left) = IsBeside ? default : await Waiting(work, line, ct);
        ChartAccount ledger = chart.ById(account.AccountId);
        LineSuggestion words = LineSuggestion.Of(line, funds, book.Name);
        bool isAsked = !IsBeside && (LineStage)row.Stage is LineStage.ToDo or LineStage.Held && line.OccurredOn >= book.OpeningDay;
        return new BankLineView(
            line.BankLineId, line.OccurredOn, Amount.Fen(line.Units), line.BalanceAfter is { } balance ? Amount.Fen(balance)
                : null,
            line.CounterpartyName, line.CounterpartyAccount, line.Summary, line.Remark, line.Serial, ledger.Name,
                ledger.Account.Key, account.Number,
            file, line.LineNo, (LineStage)row.Stage, line.Reason, line.DecidedBy is { } person ? names[person] : null,
                line.DecidedAt, row.VoucherId,
            line.OccurredOn < book.OpeningDay, funds, chart, words, next, left,
            IsBeside ? [] : await Clauses(work, funds, ct), Amount.Fen(row.Left), await Vouchers(work, Line, ct),
            isAsked ? await Candidates.Of(work, line, Amount.Fen(row.Left), funds, words, ct) : [], line.BankAccountId);
    }

    private static async Task<(long? Next, int Left)> Waiting(Work work, BankLine line, CancellationToken ct)
    {
        IQueryable<BankLine> others = BankLineList.Rows(work)
            .Where(row => row.Stage == (int)LineStage.ToDo && row.Line.BankLineId != line.BankLineId)
            .Select(row => row.Line);
        int left = await others.CountAsync(ct);
        IOrderedQueryable<BankLine> inTime = others.OrderBy(row => row.OccurredOn).ThenBy(row => row.BankLineId);
        long? next = await inTime.Where(row =>
            row.OccurredOn > line.OccurredOn || (row.OccurredOn == line.OccurredOn && row.BankLineId > line.BankLineId))
            .Select(row => (long?)row.BankLineId).FirstOrDefaultAsync(ct);
        return (next ?? await inTime.Select(row => (long?)row.BankLineId).FirstOrDefaultAsync(ct), left);
    }

    private static async Task<IReadOnlyList<LineVoucher>> Vouchers(Work work, long line, CancellationToken ct) =>
        [
            .. (await (from match in BankMatch.Open(work.Db, work.Book)
                       join voucher in work.Db.Vouchers on match.VoucherId equals voucher.VoucherId
                       join words in work.Db.Set<Narrative>() on new { voucher.BookId, voucher.NarrativeId }
                           equals new { words.BookId, words.NarrativeId }
                       where match.BankLineId == line && voucher.BookId == work.Book
                       orderby match.VoucherId
                       select new { match.VoucherId, match.Units, match.IsPosted, match.IsEvidence, words.Text }).ToListAsync(ct))
            .Select(row => new LineVoucher(row.VoucherId, Amount.Fen(row.Units), row.IsPosted, row.Text ?? "",
                row is { IsPosted: true, IsEvidence: false })),
        ];

    private static async Task<IReadOnlyList<GiftClause>> Clauses(Work work, IReadOnlyList<FundChoice> funds, CancellationToken ct)
    {
        Dictionary<int, FundChoice> reached = funds.ToDictionary(fund => fund.FundId);
        List<FundClause> rows = await work.Db.Set<FundClause>().AsNoTracking()
            .Where(row => row.BookId == work.Book && !row.ForAll && reached.Keys.Contains(row.FundId))
            .OrderBy(row => row.FundId).ThenBy(row => row.FundClauseId).ToListAsync(ct);
        return
        [
            .. rows.Select(row => new GiftClause(row.FundClauseId, $"{reached[row.FundId].Code} {reached[row.FundId].Name}", row.Kind,
                row.Words, row.FromDay, row.UntilDay)),
        ];
    }
}
