using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Acquittals;

/// <summary>A line under review.</summary>
/// <param name="Claimed">What of the receipt the grant is to pay.</param>
public sealed record AcquittalLineRow(
    short Line, long Receipt, GrantReceiptKind Kind, string Number, LocalDate IssuedOn, string Seller, string What, Spending Spending, short Budget,
    string BudgetWhat, Amount Amount, Amount Claimed, bool? Accepted, string Reason, string DecidedBy, FileKind? Photo, bool HasSheet);

/// <summary>An acquittal as it stands or stood.</summary>
public sealed record AcquittalRow(
    short Version, AcquittalState State, string Handler, string Witness, string SubmittedBy, Instant SubmittedAt, Amount Claimed, Amount Accepted,
    long? Voucher);

/// <summary>The acquittals of a tranche, and what the reader may do.</summary>
/// <param name="Lines">Of the newest.</param>
/// <param name="Open">What of the advance is not accounted for.</param>
public sealed record AcquittalView(
    long Tranche, short No, int Version, TrancheState State, long Grant, string Number, string Title, LocalDate? DueOn, AcquittalRow? Newest,
    IReadOnlyList<AcquittalLineRow> Lines, IReadOnlyList<AcquittalRow> Earlier, BudgetUse Budget, Amount Paid, Amount Open, ReportRow? Report,
    IReadOnlyList<ReturnRow> Returns, bool MayReview, bool MayBook, bool MayCarry, Refusal? CarryNo, bool MayAcceptReport);

/// <summary>核销审核: one tranche's acquittal with its receipts, for the desk, the accountant and the people of the project.</summary>
public sealed record AcquittalPage(long Tranche) : Query<AcquittalView>
{
    internal override Need Needs => Need.Any(ReadableCase.Readers);

    internal override async Task<AcquittalView> Answer(Work work, CancellationToken ct)
    {
        Tranche tranche = await work.Db.Set<Tranche>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.TrancheId == Tranche, ct)
            ?? throw new RefusedException(Tranches.Tranche.Unknown, ("tranche", Tranche));
        GrantCase grant = await ReadableCase.Of(work, tranche.GrantId, ct);
        BudgetUse budget = await BudgetUse.Of(work, tranche.GrantId, ct);
        TrancheFacts facts = await TrancheFacts.Of(work, tranche, ct);
        List<AcquittalRow> rows = await Rows(work, ct);
        AcquittalRow? newest = rows.FirstOrDefault();
        List<AcquittalLineRow> lines = newest is null ? [] : await Lines(work, newest.Version, budget, ct);
        bool isOwn = work.Actor is { } actor && (await grant.People(work, ct)).Contains(actor);
        bool isDesk = !isOwn && work.Rights.Holds(Role.Desk);
        ReportRow? report = await ReceiptFolder.Report(work, Tranche, ct);
        Refusal? carryNo = TrancheNeeds.MayCarry(facts);
        return new AcquittalView(Tranche, tranche.No, tranche.StateVersion, tranche.State, tranche.GrantId, grant.Number, grant.Title, tranche.DueOn,
            newest, lines, [.. rows.Skip(1)], budget, Amount.Fen(facts.Money.Paid), Amount.Fen(facts.Money.Advance), report,
            await ReceiptFolder.Returns(work, grant, tranche, ct), isDesk && newest?.State == AcquittalState.Submitted,
            !isOwn && work.Rights.Holds(Role.Accountant) && newest?.State == AcquittalState.Submitted
                && lines.TrueForAll(row => row.Accepted is not null) && lines.Exists(row => row.Accepted == true),
            isDesk && tranche.State is (TrancheState.AwaitingAcquittal or TrancheState.PartlyAcquitted) && carryNo is null, carryNo,
            isDesk && tranche.State == TrancheState.Paid && report is { Accepted: null });
    }

    private async Task<List<AcquittalRow>> Rows(Work work, CancellationToken ct)
    {
        List<GrantAcquittal> rows = await work.Db.Set<GrantAcquittal>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.TrancheId == Tranche).OrderByDescending(row => row.Version).ToListAsync(ct);
        var sums = (await work.Db.Set<GrantAcquittalLine>().AsNoTracking().Where(row => row.BookId == work.Book && row.TrancheId == Tranche)
            .Select(row => new { row.Version, row.Units, row.Accepted }).ToListAsync(ct)).ToLookup(row => row.Version);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work,
            rows.SelectMany(row => new long?[] { row.HandlerId, row.WitnessId, row.SubmittedBy }), ct);
        return [.. rows.Select(row => new AcquittalRow(row.Version, row.State, names[row.HandlerId], names[row.WitnessId], names[row.SubmittedBy],
            row.SubmittedAt, Amount.Fen(sums[row.Version].Sum(line => line.Units)),
            Amount.Fen(sums[row.Version].Where(line => line.Accepted == true).Sum(line => line.Units)), row.VoucherId))];
    }

    private async Task<List<AcquittalLineRow>> Lines(Work work, short version, BudgetUse budget, CancellationToken ct)
    {
        var rows = await (
            from line in work.Db.Set<GrantAcquittalLine>().AsNoTracking()
            join receipt in work.Db.Set<GrantReceipt>().AsNoTracking() on new { line.BookId, line.GrantReceiptId }
                equals new { receipt.BookId, receipt.GrantReceiptId }
            join photo in work.Db.Set<FiledDocument>().AsNoTracking() on new { receipt.BookId, Id = receipt.PhotoId }
                equals new { photo.BookId, Id = (long?)photo.FiledDocumentId } into photos
            from photo in photos.DefaultIfEmpty()
            where line.BookId == work.Book && line.TrancheId == Tranche && line.Version == version
            orderby line.Line
            select new { line, receipt, Format = photo == null ? (FileKind?)null : photo.Format }).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work,
            rows.SelectMany(row => new[] { row.receipt.SellerId, row.line.DecidedBy }), ct);
        return [.. rows.Select(row => new AcquittalLineRow(row.line.Line, row.receipt.GrantReceiptId, row.receipt.Kind, row.receipt.Number ?? "",
            row.receipt.IssuedOn, row.receipt.SellerId is { } seller ? names[seller] : "", row.receipt.What, row.receipt.Spending, row.receipt.LineNo,
            budget.Find(row.receipt.LineNo)?.What ?? "", Amount.Fen(row.receipt.Units), Amount.Fen(row.line.Units), row.line.Accepted,
            row.line.Reason, row.line.DecidedBy is { } by ? names[by] : "", row.Format, row.receipt.SheetId is not null))];
    }
}

/// <summary>The picture of a receipt, or the sheet by which kept goods were taken over, for whoever reads the project.</summary>
public sealed record ReadReceiptPaper(long Receipt, bool IsSheet = false) : Query<FiledPaper>
{
    internal override Need Needs => Need.Any(ReadableCase.Readers);

    internal override async Task<FiledPaper> Answer(Work work, CancellationToken ct)
    {
        GrantReceipt receipt = await work.Db.Set<GrantReceipt>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.GrantReceiptId == Receipt, ct)
            ?? throw new RefusedException(FiledDocument.Unknown, ("document", Receipt));
        await ReadableCase.Of(work, receipt.GrantId, ct);
        return await ReceiptPapers.Of(work, IsSheet ? receipt.SheetId : receipt.PhotoId, ct);
    }
}

/// <summary>A paper of a report on a tranche.</summary>
public sealed record ReadReportPaper(long Tranche, long Paper) : Query<FiledPaper>
{
    internal override Need Needs => Need.Any(ReadableCase.Readers);

    internal override async Task<FiledPaper> Answer(Work work, CancellationToken ct)
    {
        long grant = await work.Db.Set<Tranche>().Where(row => row.BookId == work.Book && row.TrancheId == Tranche).Select(row => row.GrantId)
            .SingleOrDefaultAsync(ct);
        await ReadableCase.Of(work, grant, ct);
        return await work.Db.Set<TrancheReportPaper>().AnyAsync(row => row.BookId == work.Book && row.TrancheId == Tranche
            && row.FiledDocumentId == Paper, ct) ? await ReceiptPapers.Of(work, Paper, ct)
            : throw new RefusedException(FiledDocument.Unknown, ("document", Paper));
    }
}

internal static class ReceiptPapers
{
    public static async Task<FiledPaper> Of(Work work, long? paper, CancellationToken ct) =>
        await work.Db.Set<FiledDocument>().AsNoTracking().Where(row => row.BookId == work.Book && row.FiledDocumentId == paper)
            .Select(row => new FiledPaper(row.Name, row.Format, EF.Property<byte[]>(row, "Content"))).SingleOrDefaultAsync(ct)
        ?? throw new RefusedException(FiledDocument.Unknown, ("document", paper));
}
