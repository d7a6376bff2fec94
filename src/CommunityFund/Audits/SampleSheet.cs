using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Audits;

/// <summary>A line of the worksheet.</summary>
/// <param name="Amount">As it stands in the journal: below zero if it is red.</param>
/// <param name="Documents">附件张数.</param>
/// <param name="Reviewer">Empty where a rule reviewed.</param>
public sealed record SampleSheetRow(
    int No, long Voucher, int Period, string Series, int Number, LocalDate OccurredOn, string Narrative, string AccountCode, string Account,
    string Fund, Side Side, Amount Amount, int Hits, Amount Through, int Documents, string Maker, string Reviewer, int OpenRemarks, int Remarks);

/// <summary>The worksheet of a sample (抽样底稿): how it was drawn, and its lines.</summary>
/// <param name="FundNames">From whose vouchers it was drawn; none for the whole book.</param>
public sealed record SampleSheetView(
    long Id, string Body, SampleClass Class, LocalDate From, LocalDate To, int Size, string Seed, string Reason, IReadOnlyList<string> FundNames,
    long UpToEntry, int Lines, Amount Total, Amount Interval, Amount Start, string DrawnBy, Instant DrawnAt, Instant GeneratedAt,
    IReadOnlyList<SampleSheetRow> Rows, bool MayRaise)
{
    public int Hits => Rows.Sum(row => row.Hits);

    /// <summary>The lines' amounts together, as they stand.</summary>
    public Amount Sum => Rows.Aggregate(Amount.Fen(0), (sum, row) => sum + row.Amount);

    /// <summary>The lines' amounts together, without signs: what the sample covers of the total.</summary>
    public Amount Covered => Rows.Aggregate(Amount.Fen(0), (sum, row) => sum + (row.Amount.IsNegative ? -row.Amount : row.Amount));
}

/// <summary>One sample with its lines.</summary>
public sealed record SampleSheet(long Sample) : Query<SampleSheetView>
{
    internal override Need Needs => Need.Any(AuditRoles.Reading);

    internal override async Task<SampleSheetView> Answer(Work work, CancellationToken ct)
    {
        AuditSample sample = await AuditSample.Of(work, Sample, ct);
        Dictionary<int, string> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => fund.Name);
        var names = await PersonName.Of(work, [sample.DrawnBy], ct);
        return new SampleSheetView(
            sample.AuditSampleId, await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct),
            sample.Class, sample.FromDay, sample.ToDay, sample.Size, sample.Seed, sample.Reason,
            [.. sample.Funds.Select(fund => funds.GetValueOrDefault(fund, ""))], sample.UpToEntry, sample.PopulationLines,
            Amount.Fen(sample.TotalUnits), Amount.Fen(sample.IntervalUnits), Amount.Fen(sample.StartUnits), names[sample.DrawnBy], sample.DrawnAt,
            work.Now, await Rows(work, funds, ct), work.Rights.Holds(AuditRoles.Overseeing));
    }

    private async Task<IReadOnlyList<SampleSheetRow>> Rows(Work work, Dictionary<int, string> funds, CancellationToken ct)
    {
        var rows = await (
            from item in work.Db.Set<AuditSampleItem>().AsNoTracking()
            join line in work.Db.Postings on new { item.BookId, item.EntryNo, item.LineNo } equals new { line.BookId, line.EntryNo, line.LineNo }
            join entry in work.Db.Entries on new { item.BookId, item.EntryNo } equals new { entry.BookId, entry.EntryNo }
            join narrative in work.Db.Set<Narrative>() on new { line.BookId, line.NarrativeId } equals new { narrative.BookId, narrative.NarrativeId }
            where item.BookId == work.Book && item.AuditSampleId == Sample
            orderby item.ItemNo
            select new
            {
                item,
                entry.VoucherId,
                entry.Period,
                entry.Series,
                entry.Number,
                entry.OccurredOn,
                entry.MakerId,
                entry.ReviewerId,
                line.AccountId,
                line.FundId,
                line.Side,
                line.Units,
                narrative.Text,
                Sheets = work.Db.Set<VoucherDocument>().Where(document => document.BookId == entry.BookId && document.VoucherId == entry.VoucherId)
                    .Sum(document => (int)document.Sheets),
            }).ToListAsync(ct);
        var names = await PersonName.Of(work, rows.SelectMany(row => new[] { row.MakerId, row.ReviewerId }), ct);
        long[] vouchers = [.. rows.Select(row => row.VoucherId).Distinct()];
        ILookup<long, bool> remarks = (await RemarkRow.Of(
            work, work.Db.Set<AuditRemark>().Where(remark => remark.BookId == work.Book && vouchers.Contains(remark.VoucherId)), ct))
            .ToLookup(remark => remark.Voucher.Id, remark => remark.State != RemarkState.Closed);
        List<SampleSheetRow> sheet = [];
        foreach (var row in rows)
        {
            Chart chart = await work.ChartOn(row.OccurredOn, ct);
            ChartAccount account = chart.ById(row.AccountId);
            sheet.Add(new SampleSheetRow(
                row.item.ItemNo, row.VoucherId, row.Period, row.Series, row.Number,
                row.OccurredOn, row.Text ?? "", account.Code,
                chart.PathOf(account), funds[row.FundId], row.Side, Amount.Fen(row.Units),
                row.item.Hits, Amount.Fen(row.item.ThroughUnits), row.Sheets,
                names[row.MakerId], row.ReviewerId is { } reviewer ? names[reviewer] : "",
                remarks[row.VoucherId].Count(isOpen => isOpen), remarks[row.VoucherId].Count()));
        }

        return sheet;
    }
}
