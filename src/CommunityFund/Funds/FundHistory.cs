using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Funds;

/// <summary>What happened to a fund.</summary>
public enum FundEventKind
{
    /// <summary>It was opened.</summary>
    Opened,

    /// <summary>A clause from outside came.</summary>
    Clause,

    /// <summary>The board set money aside.</summary>
    Designated,

    /// <summary>The board lifted that.</summary>
    Lifted,

    /// <summary>It was frozen.</summary>
    Frozen,

    /// <summary>It was thawed.</summary>
    Thawed,

    /// <summary>It was closed.</summary>
    Closed,

    /// <summary>Its principal minimum was set.</summary>
    Principal,

    /// <summary>What was proposed about it was not agreed.</summary>
    Dropped,

    /// <summary>Money went to another fund.</summary>
    Gave,

    /// <summary>Money came from another fund.</summary>
    Received,

    /// <summary>A transfer was reversed in red.</summary>
    TransferReversed,

    /// <summary>A fee was agreed on.</summary>
    FeeAgreed,

    /// <summary>A fee was taken from gifts.</summary>
    FeeCharged,

    /// <summary>The purpose of gifts was changed with their donors' consent.</summary>
    PurposeChanged,

    /// <summary>A plan for what is left was agreed.</summary>
    EndingAgreed,

    /// <summary>What had to be published was published.</summary>
    Disclosed,
}

/// <summary>One event in the life of a fund.</summary>
/// <param name="By">Who did it, and who agreed.</param>
/// <param name="Other">The other fund of a transfer.</param>
public sealed record FundEvent(
    Instant At, FundEventKind Kind, IReadOnlyList<string> By, string Words, string Source = "", Amount? Amount = null,
    string? Other = null, long? Voucher = null)
{
    /// <summary>The day in the books' zone.</summary>
    public LocalDate Day => At.InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;
}

/// <summary>The life of one fund, newest first: clauses, designations, decisions, transfers.</summary>
public sealed record FundHistory(int Fund) : Query<IReadOnlyList<FundEvent>>
{
    internal override Need Needs => Need.Any(FundNumbers.Readers).For(Fund);

    internal override async Task<IReadOnlyList<FundEvent>> Answer(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Fund, ct);
        List<FundClause> clauses = await Of<FundClause>(work).Where(row => row.FundId == Fund
            && row.AddedBy != null).ToListAsync(ct);
        List<Designation> designations = await Of<Designation>(work).Where(row => row.FundId == Fund).ToListAsync(ct);
        List<FundDecision> decisions = await Of<FundDecision>(work)
            .Where(row => row.FundId == Fund && row.State != DecisionState.Waiting).ToListAsync(ct);
        List<FundTransfer> transfers = await Of<FundTransfer>(work).Where(row => (row.FromFund == Fund || row.ToFund == Fund)
            && (row.State == TransferState.Posted || row.State == TransferState.Reversed)).ToListAsync(ct);
        LaterEvents later = await LaterEvents.Of(work, Fund, ct);
        Dictionary<long, Instant> posted = await Posted(work, [.. transfers.Select(row => row.VoucherId!.Value),
            .. later.Vouchers], ct);
        Dictionary<int, string> funds = (await work.Funds(ct)).ToDictionary(row => row.FundId, row => row.Name);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work,
            [.. clauses.Select(row => row.AddedBy), .. designations.SelectMany(row => new[] { row.RecordedBy, row.RevokedBy }),
                .. decisions.SelectMany(row => new[] { row.ProposedBy, row.DecidedBy }),
                .. transfers.SelectMany(row => new[] { row.ProposedBy, row.AgreedBy }), .. later.People], ct);
        IEnumerable<FundEvent> events =
        [
            new(fund.OpenedOn.AtStartOfDayInZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).ToInstant(),
                FundEventKind.Opened, [],
                fund.Clause),
            .. clauses.Select(row => new FundEvent(row.AddedAt, FundEventKind.Clause, By(row.AddedBy), row.Words, row.Source)),
            .. designations.Select(row =>
                new FundEvent(row.RecordedAt, FundEventKind.Designated, By(row.RecordedBy), row.Purpose, row.Resolution,
                    Fen(row.Units))),
            .. designations.Where(row => row.RevokedAt is not null).Select(row =>
                new FundEvent(row.RevokedAt!.Value, FundEventKind.Lifted, By(row.RevokedBy), row.Purpose, row.Revocation!,
                    Fen(row.Units))),
            .. decisions.Select(row => new FundEvent(
                row.DecidedAt!.Value, KindOf(row), By(row.ProposedBy, row.DecidedBy), row.Reason, row.Source,
                    Fen(row.Principal))),
            .. transfers.Select(row => new FundEvent(
                posted[row.VoucherId!.Value], row.State == TransferState.Reversed ? FundEventKind.TransferReversed
                    : row.FromFund == Fund ? FundEventKind.Gave : FundEventKind.Received,
                By(row.ProposedBy, row.AgreedBy), row.Reason, row.Source, Amount.Fen(row.Units),
                funds[row.FromFund == Fund ? row.ToFund : row.FromFund], row.VoucherId)),
            .. later.Told(names, posted),
        ];
        return [.. events.OrderByDescending(row => row.At)];

        IReadOnlyList<string> By(params long?[] people) => [.. people.OfType<long>().Select(person => names[person])];
    }

    private static Amount? Fen(long? units) => units is { } fen ? Amount.Fen(fen) : null;

    private static FundEventKind KindOf(FundDecision row) => row switch
    {
        { State: DecisionState.Dropped } => FundEventKind.Dropped,
        { Kind: DecisionKind.Freeze } => FundEventKind.Frozen,
        { Kind: DecisionKind.Thaw } => FundEventKind.Thawed,
        { Kind: DecisionKind.Close } => FundEventKind.Closed,
        _ => FundEventKind.Principal,
    };

    private static IQueryable<T> Of<T>(Work work)
        where T : class => work.Db.Set<T>().AsNoTracking().Where(row => EF.Property<int>(row, "BookId") == work.Book);

    private static Task<Dictionary<long, Instant>> Posted(Work work, long[] vouchers, CancellationToken ct) =>
        work.Db.Vouchers.Where(row => row.BookId == work.Book && vouchers.Contains(row.VoucherId))
            .ToDictionaryAsync(row => row.VoucherId, row => row.DecidedAt!.Value, ct);
}
