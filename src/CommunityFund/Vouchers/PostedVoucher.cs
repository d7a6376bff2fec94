using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>
/// A voucher to be put right, and what stands against it: an error of the same year is undone in red and written anew in
/// blue, an error of an earlier year is put right by one blue voucher (会计基础工作规范 第五十一条).
/// </summary>
/// <param name="RefundedOn">Day of the voucher that says its money came or went back; null if none has.</param>
internal sealed record PostedVoucher(Voucher Voucher, IReadOnlyList<VoucherLine> Lines, VoucherLinks Links, LocalDate? RefundedOn)
{
    /// <summary>Only what stands in the books is corrected; anything else is withdrawn or sent back.</summary>
    public const string NotPosted = "correction.not-posted";

    /// <summary>A reversal stays; what it undid is written anew instead.</summary>
    public const string IsReversal = "correction.is-reversal";

    /// <summary>Closing is made by the system and follows the entries.</summary>
    public const string IsClosing = "correction.is-closing";

    /// <summary>Opening balances are corrected by an ordinary voucher.</summary>
    public const string IsOpening = "correction.is-opening";

    /// <summary>A change-over is put right by a further voucher of it.</summary>
    public const string IsConversion = "correction.is-conversion";

    /// <summary>What has been undone is not undone again.</summary>
    public const string AlreadyReversed = "correction.already-reversed";

    /// <summary>A correction of this voucher waits for review already.</summary>
    public const string AlreadyWaiting = "correction.already-waiting";

    /// <summary>Money came or went back of it, and the voucher that says so rests on it.</summary>
    public const string Refunded = "correction.refunded";

    /// <summary>Red is for errors of the same year.</summary>
    public const string OfEarlierYear = "correction.of-earlier-year";

    /// <summary>One blue voucher alone is for errors of earlier years.</summary>
    public const string OfThisYear = "correction.of-this-year";

    /// <summary>A correction cannot come before what it corrects.</summary>
    public const string BeforeOriginal = "correction.before-original";

    /// <summary>Nobody can judge a correction that does not say why.</summary>
    public const string ReasonMissing = "correction.reason-missing";

    /// <summary>The longest reason; with the words before it, it stays well inside a narrative's 200 characters.</summary>
    public const int ReasonLimit = 100;

    private const string Promises = "备";

    public int Year => Voucher.Period / 100;

    /// <summary>An accountant of every fund that is corrected or written.</summary>
    public static async ValueTask<Need> NeedOf(Work work, long voucher, IEnumerable<int> funds, CancellationToken ct) =>
        Need.Any(Role.Accountant).For([.. funds, .. await work.Db.VoucherLines
            .Where(line => line.BookId == work.Book && line.VoucherId == voucher).Select(line => line.FundId).Distinct()
            .ToListAsync(ct)]);

    public static async Task<PostedVoucher> Find(Work work, long id, CancellationToken ct)
    {
        Voucher voucher = await work.Db.Vouchers.AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.VoucherId == id, ct)
            ?? throw new RefusedException(WaitingVoucher.Unknown, ("voucher", id));
        List<VoucherLine> lines = await work.Db.VoucherLines.AsNoTracking()
            .Where(line => line.BookId == work.Book && line.VoucherId == id).OrderBy(line => line.LineNo).ToListAsync(ct);
        return new PostedVoucher(voucher, lines, await VoucherLinks.Of(work, voucher, ct), await Back(work, voucher, ct));
    }

    /// <summary>The voucher with the one of a promise that was posted together with it, or the money's where this is the promise's; alone where
    /// there is none such.</summary>
    public async Task<IReadOnlyList<PostedVoucher>> WithPromises(Work work, CancellationToken ct)
    {
        long first = Voucher.BundleId ?? Voucher.VoucherId;
        var bundle = await work.Db.Vouchers.Where(row => row.BookId == work.Book && (row.VoucherId == first || row.BundleId == first))
            .OrderBy(row => row.VoucherId).Select(row => new { row.VoucherId, row.Series }).ToListAsync(ct);
        if (bundle.TrueForAll(row => row.Series == Promises) || bundle.TrueForAll(row => row.Series != Promises))
        {
            return [this];
        }

        List<PostedVoucher> all = [];
        foreach (var row in bundle)
        {
            all.Add(row.VoucherId == Voucher.VoucherId ? this : await Find(work, row.VoucherId, ct));
        }

        return all;
    }

    /// <summary>What fulfils a promise is not written anew by hand: the register of grants would not learn of it.</summary>
    public async Task RefuseIfPromised(Work work, string code, CancellationToken ct)
    {
        if ((await WithPromises(work, ct)).Count > 1)
        {
            throw new RefusedException(code, ("register", Term.Of(VoucherRegister.Grants)));
        }
    }

    private static async Task<LocalDate?> Back(Work work, Voucher voucher, CancellationToken ct) =>
        (await work.Db.Database.SqlQuery<DateOnly>(
            $"""
            select v.occurred_on as "Value" from refund r join voucher v using (book_id, voucher_id)
             where r.book_id = {work.Book} and r.of_entry_no = {voucher.EntryNo} and v.state in ('prepared', 'posted') and v.reversed_by is null
             order by v.voucher_id limit 1
            """).ToListAsync(ct)) is [var day] ? LocalDate.FromDateOnly(day) : null;

    /// <summary>Why a red voucher of the year cannot undo this one; null if it can.</summary>
    public Refusal? WhyNotRed(int year) =>
        WhyNot() ?? (year == Year ? null : No(OfEarlierYear, ("year", Year), ("chosen", year)));

    /// <summary>Why one blue voucher of the year cannot put this one right; null if it can.</summary>
    public Refusal? WhyNotBlueAlone(int year) => WhyNot() ?? (year > Year ? null : No(OfThisYear, ("year", Year)));

    /// <summary>The reason as it is kept.</summary>
    public string Checked(LocalDate on, string typed, Refusal? no)
    {
        if (no is not null)
        {
            throw new RefusedException(no);
        }

        if (on < Voucher.OccurredOn)
        {
            throw new RefusedException(BeforeOriginal, ("day", on), ("original", Voucher.OccurredOn));
        }

        string reason = PlainText.Of(typed);
        return reason.Length is > 0 and <= ReasonLimit
            ? reason : throw new RefusedException(ReasonMissing, ("limit", ReasonLimit));
    }

    /// <summary>摘要 of the red voucher. Narratives are text of the books, so they are Chinese whoever writes them.</summary>
    public string Undoes(LocalDate on, string reason) => $"注销{Named(on)}：{reason}";

    /// <summary>摘要 of the blue voucher.</summary>
    public string PutsRight(LocalDate on, string reason) => $"订正{Named(on)}：{reason}";

    /// <summary>The entry as it stands in the books, built anew with all that its lines carry, for red on another day.</summary>
    public async Task<JournalEntry> Entry(Work work, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(Voucher.OccurredOn, ct);
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        EntryDraft draft = JournalEntry.On(Voucher.OccurredOn, "");
        foreach (VoucherLine line in Lines)
        {
            draft.Write(chart.ById(line.AccountId).Account, funds[line.FundId].Code, line.Side,
                Amount.OfUnits(line.Units, Commodity.Of(line.Commodity)), line.Tags);
        }

        return draft.Balanced();
    }

    /// <summary>3月2日记-3号凭证; the year is said where the correction stands in another.</summary>
    private string Named(LocalDate on)
    {
        LocalDate day = Voucher.OccurredOn;
        return $"{(on.Year == Year ? "" : $"{day.Year}年")}{day.Month}月{day.Day}日{Links.Self.Series}-{Links.Self.Number}号凭证";
    }

    private Refusal? WhyNot() => this switch
    {
        { Voucher.State: not VoucherState.Posted } => No(NotPosted, ("state", Term.Of(Voucher.State))),
        { Voucher.Kind: VoucherKind.Reversal } => No(IsReversal),
        { Voucher.Kind: VoucherKind.Close } => No(IsClosing),
        { Voucher.Kind: VoucherKind.Opening } => No(IsOpening),
        { Voucher.Kind: VoucherKind.Conversion } => No(IsConversion),
        { Links.ReversedBy: { } red } =>
            No(AlreadyReversed, ("series", new Series(red.Series!)), ("number", red.Number), ("on", red.OccurredOn)),
        { Links.Waiting: [var waiting, ..] } =>
            No(AlreadyWaiting, ("kind", Term.Of(waiting.Kind)), ("on", waiting.OccurredOn)),
        { RefundedOn: { } back } => No(Refunded, ("on", back)),
        _ => null,
    };

    private static Refusal No(string code, params (string Name, object? Value)[] facts) =>
        new(code, facts.ToDictionary(fact => fact.Name, fact => fact.Value));
}
