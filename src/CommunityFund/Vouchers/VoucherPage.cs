using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>A voucher as it is shown and printed: header, signatures and lines, whatever its state.</summary>
public sealed record VoucherView(
    long VoucherId, VoucherKind Kind, VoucherState State, LocalDate OccurredOn, int Period, string Narrative, Amount Total,
    string? Series, int? Number, long? EntryNo, long MakerId, string Maker, Instant PreparedAt, string? Decider,
        Instant? DecidedAt,
    string Reason, IReadOnlyList<EnclosedDocument> Documents, bool LacksDocument, long? BankLineId,
        IReadOnlyList<VoucherViewLine> Lines, VoucherLinks Links, bool IsOwn, bool MayReview, bool MayWithdraw, bool MayCopy,
        bool MayCorrect, string? ReviewRule = null)
{
    /// <summary>附件张数.</summary>
    public int Attachments => Documents.Sum(document => document.Sheets);
}

/// <summary>A line with words instead of ids.</summary>
/// <param name="AccountName">Below its parent's name where the account is a sub-account: 银行存款—建行基本户.</param>
public sealed record VoucherViewLine(
    int LineNo, string Narrative, string AccountKey, string AccountCode, string AccountName, AccountClass Class, int FundId,
        string Fund, Side Side, Amount Amount,
    Restriction? Restriction, string CashFlow, MovementKind Movement, string? Counterparty, string Clause, string ProjectClass);

/// <summary>One voucher, for those whose role reaches all of its funds.</summary>
public sealed record VoucherPage(long Voucher) : Query<VoucherView>
{
    internal static Role[] Readers => ReadableVouchers.Readers;

    internal override Need Needs => Need.Any(Readers);

    internal override async Task<VoucherView> Answer(Work work, CancellationToken ct)
    {
        Voucher voucher = await work.Db.Vouchers.AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.VoucherId == Voucher, ct)
            ?? throw new RefusedException(WaitingVoucher.Unknown, ("voucher", Voucher));
        List<VoucherLine> lines = await work.Db.VoucherLines.AsNoTracking()
            .Where(line => line.BookId == work.Book && line.VoucherId == Voucher).OrderBy(line => line.LineNo).ToListAsync(ct);
        int[] funds = [.. lines.Select(line => line.FundId).Distinct()];
        work.Rights.Require(Need.Any(Readers).For(funds), isOperator: false);
        var names = await PersonName.Of(work, lines.Select(line => line.CounterpartyId)
            .Concat([voucher.MakerId, voucher.DecidedBy]), ct);
        var entry = voucher.EntryNo is null ? null : await work.Db.Entries.AsNoTracking()
            .SingleAsync(row => row.BookId == work.Book && row.EntryNo == voucher.EntryNo, ct);
        VoucherLinks links = await VoucherLinks.Of(work, voucher, ct);
        long? bankLine = await BankLine(work, ct);
        bool waits = voucher.State == VoucherState.Prepared, own = voucher.MakerId == work.Actor;
        int[] decided = waits && links.Together.Count > 1
            ? [.. (await WaitingVoucher.ReviewNeed(work, Voucher, ct)).Funds] : funds;
        return new VoucherView(
            voucher.VoucherId, voucher.Kind, voucher.State, voucher.OccurredOn, voucher.Period,
                await Text(work, voucher.NarrativeId, ct),
            Amount.OfUnits(voucher.Total, Commodity.Of(lines[0].Commodity)), entry?.Series, entry?.Number, voucher.EntryNo, voucher.MakerId,
                names[voucher.MakerId],
                voucher.PreparedAt,
            voucher.DecidedBy is { } decider ? names[decider] : null, voucher.DecidedAt, voucher.Reason,
                await EnclosedDocument.Of(work, voucher.VoucherId, ct),
            waits && voucher.DocumentHashes.Length == 0 && await EnclosedDocument.IsMissing(work, voucher.VoucherId, ct),
                bankLine, await Lines(work, voucher, lines, names, ct), links,
            IsOwn: own,
            MayReview: waits && !own && decided.All(fund => work.Rights.Reaches([Role.VoucherReviewer], fund)),
            MayWithdraw: waits && own && work.Rights.Holds(Role.Accountant),
            MayCopy: own && MayBeCopied(voucher, bankLine) && work.Rights.Holds(Role.Accountant),
            MayCorrect: voucher.State == VoucherState.Posted && Commodity.Of(lines[0].Commodity) == Commodity.Cny
                && funds.All(fund => work.Rights.Reaches([Role.Accountant], fund)),
            ReviewRule: entry?.ReviewRule);
    }

    private Task<long?> BankLine(Work work, CancellationToken ct) => work.Db.Set<BankMatch>()
        .Where(match => match.BookId == work.Book && match.VoucherId == Voucher && match.UndoneAt == null)
        .OrderBy(match => match.BankLineId).Select(match => (long?)match.BankLineId).FirstOrDefaultAsync(ct);

    /// <summary>Dropped, and written by hand: what a gift or a bank line made is made anew there.</summary>
    private static bool MayBeCopied(Voucher voucher, long? bankLine) =>
        voucher.State is VoucherState.Rejected or VoucherState.Withdrawn
        && voucher is { Kind: VoucherKind.Reversal or VoucherKind.Correction }
            or { Kind: VoucherKind.Ordinary or VoucherKind.Opening, ThenMove: null }
                && bankLine is null;

    private static async Task<string> Text(Work work, long narrative, CancellationToken ct) =>
        await work.Db.Set<Narrative>().Where(row => row.BookId == work.Book && row.NarrativeId == narrative)
            .Select(row => row.Text).SingleAsync(ct) ?? "";

    private static async Task<IReadOnlyList<VoucherViewLine>> Lines(
        Work work, Voucher voucher, List<VoucherLine> lines, IReadOnlyDictionary<long, string> names, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(voucher.OccurredOn, ct);
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        long[] ids = [.. lines.Select(line => line.NarrativeId).Distinct()];
        Dictionary<long, string?> texts = await work.Db.Set<Narrative>()
            .Where(row => row.BookId == work.Book && ids.Contains(row.NarrativeId))
            .ToDictionaryAsync(row => row.NarrativeId, row => row.Text, ct);
        return
        [
            .. lines.Select(line => (line, account: chart.ById(line.AccountId))).Select(pair => new VoucherViewLine(
                pair.line.LineNo, texts[pair.line.NarrativeId] ?? "", pair.account.Account.Key, pair.account.Code,
                    chart.PathOf(pair.account), pair.account.Account.Class,
                pair.line.FundId, funds[pair.line.FundId].Name, pair.line.Side,
                    Amount.OfUnits(pair.line.Units, Commodity.Of(pair.line.Commodity)),
                Codes.RestrictionOf(pair.line.Restriction), pair.line.CashFlow, pair.line.Movement,
                pair.line.CounterpartyId is { } person ? names[person] : null, pair.line.Clause, pair.line.ProjectClass)),
        ];
    }
}
