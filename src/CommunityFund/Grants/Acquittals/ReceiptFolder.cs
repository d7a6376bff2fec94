using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Rounds;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Acquittals;

/// <summary>A receipt as the folder shows it.</summary>
/// <param name="Returned">Why the desk sent it back, or empty.</param>
public sealed record ReceiptRow(
    long Id, long? Tranche, GrantReceiptKind Kind, string Number, LocalDate IssuedOn, string Seller, PersonKind SellerKind, Amount Amount,
    Spending Spending, short Line, string LineWhat, string What, bool HasPhoto, bool HasSheet, GrantReceiptState State, string Returned,
    string AddedBy);

/// <summary>Where unspent money goes back to, and what the payer writes.</summary>
public sealed record ReturnAddress(string Bank, string Number, string Holder);

/// <summary>A return as it stands.</summary>
/// <param name="Code">What the payer writes.</param>
public sealed record ReturnRow(long Id, Amount Amount, string Code, GrantReturnState State, Instant At, long? Voucher);

/// <summary>A tranche that was paid, with what is open of it.</summary>
/// <param name="Open">What is neither accounted for, come back, carried nor claimed.</param>
/// <param name="Pending">Of that, what is handed in.</param>
/// <param name="MayCarry">Why the rest cannot go on to the next tranche; null if it can.</param>
public sealed record PaidTranche(
    long Id, short No, int Version, TrancheState State, LocalDate ReportDueOn, Amount Paid, Amount Acquitted, Amount Returned, Amount Carried,
    Amount Open, Amount Pending, bool IsAdvance, Refusal? MayCarry, IReadOnlyList<ReturnRow> Returns, ReportRow? Report);

/// <summary>The newest report on a tranche.</summary>
public sealed record ReportRow(
    short Version, string Text, int People, int Activities, Amount Spent, Instant At, bool? Accepted, string Reason, IReadOnlyList<long> Papers);

/// <summary>Receipts whose picture is missing, by who put them in.</summary>
public sealed record MissingPhotos(string Name, int Count, Amount Amount);

/// <summary>票据夹.</summary>
/// <param name="Suggested">The line of the budget with most left.</param>
/// <param name="Hints">The line that receipts of a seller went to last.</param>
/// <param name="MayWrite">The reader is of the project and may put receipts in.</param>
/// <param name="MaySubmit">The reader is the financial lead.</param>
/// <param name="MayDrop">The reader may take back what was announced to come back.</param>
public sealed record ReceiptFolderView(
    long Grant, string Number, string Title, GrantState State, BudgetUse Budget, IReadOnlyList<PaidTranche> Tranches,
    IReadOnlyList<ReceiptRow> Receipts, IReadOnlyList<MissingPhotos> Missing, short? Suggested, IReadOnlyDictionary<string, short> Hints,
    ReturnAddress? Address, bool MayWrite, bool MaySubmit, bool MayDrop, LocalDate Today)
{
    /// <summary>What was paid for which no receipt is in the folder yet.</summary>
    public Amount WithoutReceipt => Amount.Fen(
        Math.Max(0, Tranches.Sum(row => row.Open.Units - row.Pending.Units) - Budget.Lines.Sum(line => line.Ready)));
}

/// <summary>The folder of a project: receipts, budget bars, what is open of each tranche.</summary>
public sealed record ReceiptFolder(long Grant) : Query<ReceiptFolderView>
{
    internal override Need Needs => Need.Any(ReadableCase.Readers);

    internal override async Task<ReceiptFolderView> Answer(Work work, CancellationToken ct)
    {
        GrantCase grant = await ReadableCase.Of(work, Grant, ct);
        BudgetUse budget = await BudgetUse.Of(work, Grant, ct);
        List<ReceiptRow> receipts = await Receipts(work, budget, ct);
        bool mayWrite = work.Actor is { } actor && (await grant.People(work, ct)).Contains(actor) && work.Rights.Holds([.. ReceiptWriting.Writers])
            && grant.State is (GrantState.Active or GrantState.Suspended or GrantState.Closing or GrantState.Terminated);
        return new ReceiptFolderView(Grant, grant.Number, grant.Title, grant.State, budget, await Tranches(work, grant, ct), receipts,
            [.. receipts.Where(row => row is { HasPhoto: false, State: GrantReceiptState.Ready }).GroupBy(row => row.AddedBy)
                .Select(of => new MissingPhotos(of.Key, of.Count(), Amount.Fen(of.Sum(row => row.Amount.Units))))],
            budget.Lines.OrderByDescending(line => line.Left - line.Ready).ThenBy(line => line.No).FirstOrDefault()?.No,
            receipts.Where(row => row.Seller.Length > 0).GroupBy(row => row.Seller)
                .ToDictionary(of => of.Key, of => of.MaxBy(row => row.Id)!.Line, StringComparer.Ordinal),
            await Address(work, ct), mayWrite, mayWrite && work.Actor == grant.FinLeadId,
            await DropReturn.IsFor(work, grant, ct), work.Today);
    }

    private async Task<List<ReceiptRow>> Receipts(Work work, BudgetUse budget, CancellationToken ct)
    {
        List<GrantReceipt> rows = await work.Db.Set<GrantReceipt>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantId == Grant && row.State != GrantReceiptState.Dropped)
            .OrderByDescending(row => row.GrantReceiptId).ToListAsync(ct);
        long[] sellers = [.. rows.Select(row => row.SellerId).OfType<long>().Distinct()];
        var kinds = await work.Db.People.Where(row => sellers.Contains(row.PersonId)).ToDictionaryAsync(row => row.PersonId, row => row.Kind, ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, [.. rows.Select(row => row.SellerId),
            .. rows.Select(row => (long?)row.AddedBy)], ct);
        long[] ready = [.. rows.Where(row => row.State == GrantReceiptState.Ready).Select(row => row.GrantReceiptId)];
        Dictionary<long, string> returned = (await work.Db.Set<GrantAcquittalLine>().AsNoTracking()
                .Where(row => row.BookId == work.Book && ready.Contains(row.GrantReceiptId) && row.Accepted == false)
                .Select(row => new { row.GrantReceiptId, row.DecidedAt, row.Reason }).ToListAsync(ct))
            .GroupBy(row => row.GrantReceiptId).ToDictionary(of => of.Key, of => of.MaxBy(row => row.DecidedAt)!.Reason);
        return [.. rows.Select(row => new ReceiptRow(row.GrantReceiptId, row.TrancheId, row.Kind, row.Number ?? "", row.IssuedOn,
            row.SellerId is { } seller ? names[seller] : "", row.SellerId is { } of ? kinds[of] : PersonKind.Organisation, Amount.Fen(row.Units),
            row.Spending, row.LineNo, budget.Find(row.LineNo)?.What ?? "", row.What, row.PhotoId is not null, row.SheetId is not null, row.State,
            returned.GetValueOrDefault(row.GrantReceiptId, ""), names[row.AddedBy]))];
    }

    private static async Task<IReadOnlyList<PaidTranche>> Tranches(Work work, GrantCase grant, CancellationToken ct)
    {
        List<PaidTranche> paid = [];
        foreach (Tranche row in (await work.Db.Set<Tranche>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId)
            .OrderBy(row => row.AwardNo).ThenBy(row => row.No).ToListAsync(ct))
            .Where(row => row.State is >= TrancheState.Paid and <= TrancheState.ClawedBack))
        {
            TrancheFacts facts = await TrancheFacts.Of(work, row, ct);
            TrancheMoney money = facts.Money;
            long pending = await Pending(work, row.TrancheId, ct);
            paid.Add(new PaidTranche(row.TrancheId, row.No, row.StateVersion, row.State, row.ReportDueOn, Amount.Fen(money.Paid),
                Amount.Fen(money.Acquitted), Amount.Fen(money.Returned), Amount.Fen(money.Carried), Amount.Fen(money.Advance), Amount.Fen(pending),
                facts.Policy == AdvancePolicy.AdvanceThenAcquit, TrancheNeeds.MayCarry(facts), await Returns(work, grant, row, ct),
                await Report(work, row.TrancheId, ct)));
        }

        return paid;
    }

    internal static async Task<long> Pending(Work work, long tranche, CancellationToken ct) => await (
        from acquittal in work.Db.Set<GrantAcquittal>()
        join line in work.Db.Set<GrantAcquittalLine>() on new { acquittal.BookId, acquittal.TrancheId, acquittal.Version }
            equals new { line.BookId, line.TrancheId, line.Version }
        where acquittal.BookId == work.Book && acquittal.TrancheId == tranche && line.Accepted != false
            && (acquittal.State == AcquittalState.Submitted || acquittal.State == AcquittalState.Booked)
        select line).SumAsync(line => line.Units, ct);

    internal static async Task<IReadOnlyList<ReturnRow>> Returns(Work work, GrantCase grant, Tranche tranche, CancellationToken ct) =>
    [
        .. (await work.Db.Set<GrantReturn>().AsNoTracking().Where(row => row.BookId == work.Book && row.TrancheId == tranche.TrancheId)
            .OrderByDescending(row => row.GrantReturnId).ToListAsync(ct))
            .Select(row => new ReturnRow(row.GrantReturnId, Amount.Fen(row.Units), ReturnUnspent.ReferenceOf(grant.Number, tranche.No), row.State,
                row.AnnouncedAt, row.VoucherId)),
    ];

    internal static async Task<ReportRow?> Report(Work work, long tranche, CancellationToken ct) =>
        await SubmitReport.Newest(work, tranche, ct) is not { } report ? null
            : new ReportRow(report.Version, report.Text, report.People, report.Activities, Amount.Fen(report.Spent), report.SubmittedAt,
                report.Accepted, report.Reason, await work.Db.Set<TrancheReportPaper>().Where(row => row.BookId == work.Book
                    && row.TrancheId == tranche && row.Version == report.Version).OrderBy(row => row.Ordinal)
                    .Select(row => row.FiledDocumentId).ToListAsync(ct));

    private static async Task<ReturnAddress?> Address(Work work, CancellationToken ct) =>
        await work.Db.Database.SqlQuery<ReturnAddress>(
            $"""
            select a.bank_name as "Bank", a.number as "Number", b.name as "Holder" from bank_account a join book b using (book_id)
             where a.book_id = {work.Book} order by a.bank_account_id limit 1
            """).FirstOrDefaultAsync(ct);
}
